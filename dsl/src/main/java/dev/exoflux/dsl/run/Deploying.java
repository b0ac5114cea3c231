package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.References;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings pipelines in, and takes them away. Thread-safe. */
final class Deploying {

    private final RunningPipelines running;
    private final PipelineStore store;
    private final Placer placer;

    Deploying(RunningPipelines running, PipelineStore store, Placer placer) {
        this.running = running;
        this.store = store;
        this.placer = placer;
    }

    /** As {@link PipelinePeer#deploy(List)}. */
    Mono<Void> deploy(List<PipelineDefinition> pipelines) {
        return Mono.defer(() -> {
            check(pipelines);
            return Flux.fromIterable(Models.of(pipelines))
                    .concatMap(placer::place)
                    .thenMany(Flux.fromIterable(pipelines))
                    .concatMap(this::keep)
                    .then();
        });
    }

    private void check(List<PipelineDefinition> pipelines) {
        Map<String, PipelineDefinition> all = new LinkedHashMap<>();
        running.all().forEach(known -> all.put(known.definition().name(), known.definition()));
        pipelines.forEach(pipeline -> all.remove(pipeline.name()));
        List<PipelineDefinition> together = new ArrayList<>(all.values());
        together.addAll(pipelines);
        References.faults(together, Set.of()).stream().findFirst().ifPresent(fault -> {
            throw ExofluxException.invalid(fault.key(), fault.message());
        });
        pipelines.forEach(running::requireSound);
    }

    private Mono<Void> keep(PipelineDefinition pipeline) {
        String yaml;
        try {
            yaml = PipelineYaml.write(List.of(pipeline));
        } catch (ExofluxException functions) {
            if (functions.code() != ErrorCode.UNSUPPORTED) {
                throw functions;
            }
            running.addOwn(pipeline);
            return Mono.empty();
        }
        running.removeOwn(pipeline.name());
        return store.put(pipeline.name(), yaml)
                .then(store.all()
                        .filter(now -> yaml.equals(now.get(pipeline.name())))
                        .next())
                .doOnNext(running::follow)
                .then();
    }

    /** As {@link PipelinePeer#remove}. */
    Mono<Void> remove(String name) {
        return Mono.defer(() -> {
            running.require(name);
            String naming = running.all()
                    .map(RunningPipelines.Running::definition)
                    .filter(definition -> names(definition, name))
                    .map(PipelineDefinition::name)
                    .collect(Collectors.joining(", "));
            if (!naming.isEmpty()) {
                return Mono.error(ExofluxException.invalid("name", """
                        %s is named by %s.
                        Maybe remove that first.""".formatted(name, naming)));
            }
            return running.removeOwn(name) ? Mono.empty() : store.remove(name);
        });
    }

    /** Whether a pipeline hands requests to another, at any depth of its body. */
    private boolean names(PipelineDefinition pipeline, String other) {
        Set<String> others = running.all()
                .map(known -> known.definition().name())
                .filter(name -> !name.equals(other) && !name.equals(pipeline.name()))
                .collect(Collectors.toSet());
        return !pipeline.name().equals(other)
                && !References.faults(List.of(pipeline), others).isEmpty();
    }
}
