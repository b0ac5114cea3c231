package dev.exoflux.dsl.run;

import dev.exoflux.dsl.PipelineHost;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.References;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.dsl.yaml.SchemaFiles;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Gate;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServingPeer;
import dev.exoflux.pipeline.Token;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A peer that answers for pipelines beside its models. Pipelines come from the store, so that all peers of a cluster answer for the same
 * ones; those with functions in Java, which cannot be kept there, are this peer's alone. Thread-safe.
 */
public final class PipelinePeer implements ServingPeer, PipelineHost {

    private static final Logger LOG = LoggerFactory.getLogger(PipelinePeer.class);

    private final ServingPeer models;
    private final PipelineStore store;
    private final Placer placer;
    private final Compiler compiler;
    private final Disposable following;
    private final Map<String, Running> own = new ConcurrentHashMap<>();
    private volatile Map<String, Running> stored = Map.of();

    /**
     * A pipeline at this peer.
     *
     * @param yaml as it was read; null for one in Java
     * @param generator null where it cannot run here
     * @param failure why it cannot; null where it can
     */
    private record Running(
            PipelineDefinition definition,
            @Nullable String yaml,
            @Nullable Gate generator,
            @Nullable ExofluxException failure) {}

    /**
     * Follows the store from now on.
     *
     * @param models closed with this peer
     * @param placer has the models of a pipeline run
     */
    public PipelinePeer(ServingPeer models, PipelineStore store, Placer placer, Beans beans) {
        this.models = models;
        this.store = store;
        this.placer = placer;
        this.compiler = new Compiler(models, models, this::generator, this::leading, beans);
        this.following = store.all().subscribe(this::follow, e -> LOG.error("Pipelines are not followed any more", e));
    }

    private synchronized void follow(Map<String, String> now) {
        Map<String, Running> known = stored;
        Map<String, Running> next = new LinkedHashMap<>();
        new TreeMap<>(now).forEach((name, yaml) -> {
            Running running = known.get(name);
            if (running == null || !yaml.equals(running.yaml())) {
                running = read(name, yaml);
            }
            if (running != null) {
                next.put(name, running);
            }
        });
        stored = next;
    }

    private @Nullable Running read(String name, String yaml) {
        try {
            PipelineDefinition definition = PipelineYaml.checkAlone(name, yaml.getBytes(StandardCharsets.UTF_8))
                    .orThrow()
                    .getFirst();
            return compiled(definition, yaml);
        } catch (ExofluxException e) {
            LOG.warn("The pipeline {} cannot be read here: {}", name, e.getMessage());
            return null;
        }
    }

    /** A pipeline that cannot run here, for want of a bean, says so to whoever asks for it. */
    private Running compiled(PipelineDefinition definition, @Nullable String yaml) {
        try {
            return new Running(definition, yaml, compiler.compile(definition), null);
        } catch (ExofluxException e) {
            LOG.warn("The pipeline {} cannot run here: {}", definition.name(), e.getMessage());
            return new Running(definition, yaml, null, e);
        }
    }

    // ---- deploying ----

    /**
     * {@inheritDoc}
     *
     * <p>Kept in the store, and so at every peer of a cluster, unless functions in Java are part of it. Files of JSON Schemas are relative to
     * the working directory.
     */
    @Override
    public Mono<Generator> deploy(PipelineDefinition pipeline) {
        return Mono.fromCallable(() -> SchemaFiles.inlined(pipeline, Path.of("")))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(whole -> deploy(List.of(whole)))
                .then(Mono.fromSupplier(() -> request -> generate(request.withModel(pipeline.name()))));
    }

    /**
     * Deploys pipelines that may name each other, all or none: first all is checked, then their models are placed, then they are kept.
     *
     * <p>Errors: INVALID_REQUEST for names that are not there or lead in a circle, or one model in two places, MODEL_NOT_FOUND, what placing a model fails with,
     * and PEER_LOST where the cluster did not confirm. Cancel stops it where it is.
     */
    public Mono<Void> deploy(List<PipelineDefinition> pipelines) {
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
        running().forEach(running -> all.put(running.definition().name(), running.definition()));
        pipelines.forEach(pipeline -> all.remove(pipeline.name()));
        List<PipelineDefinition> together = new ArrayList<>(all.values());
        together.addAll(pipelines);
        References.faults(together, Set.of()).stream().findFirst().ifPresent(fault -> {
            throw ExofluxException.invalid(fault.key(), fault.message());
        });
        pipelines.forEach(compiler::compile);
    }

    private Mono<Void> keep(PipelineDefinition pipeline) {
        String yaml;
        try {
            yaml = PipelineYaml.write(List.of(pipeline));
        } catch (ExofluxException functions) {
            if (functions.code() != ErrorCode.UNSUPPORTED) {
                throw functions;
            }
            own.put(pipeline.name(), compiled(pipeline, null));
            return Mono.empty();
        }
        own.remove(pipeline.name());
        return store.put(pipeline.name(), yaml)
                .then(store.all()
                        .filter(now -> yaml.equals(now.get(pipeline.name())))
                        .next())
                .doOnNext(this::follow)
                .then();
    }

    /** Takes a pipeline away; its models stay. Errors: MODEL_NOT_FOUND where there is none, INVALID_REQUEST where others name it. */
    public Mono<Void> remove(String name) {
        return Mono.defer(() -> {
            if (find(name) == null) {
                return Mono.error(unknown(name));
            }
            String naming = running()
                    .map(Running::definition)
                    .filter(definition -> names(definition, name))
                    .map(PipelineDefinition::name)
                    .collect(Collectors.joining(", "));
            if (!naming.isEmpty()) {
                return Mono.error(ExofluxException.invalid("name", """
                        %s is named by %s.
                        Maybe remove that first.""".formatted(name, naming)));
            }
            return own.remove(name) == null ? store.remove(name) : Mono.empty();
        });
    }

    /** Whether a pipeline hands requests to another, at any depth of its body. */
    private boolean names(PipelineDefinition pipeline, String other) {
        Set<String> others = running()
                .map(running -> running.definition().name())
                .filter(name -> !name.equals(other) && !name.equals(pipeline.name()))
                .collect(Collectors.toSet());
        return !pipeline.name().equals(other)
                && !References.faults(List.of(pipeline), others).isEmpty();
    }

    /** What is deployed, sorted by name. */
    public List<PipelineDefinition> pipelines() {
        return running().map(Running::definition).toList();
    }

    /**
     * A pipeline that is deployed.
     *
     * @throws ExofluxException MODEL_NOT_FOUND where there is none of that name
     */
    public PipelineDefinition pipeline(String name) {
        Running running = find(name);
        if (running == null) {
            throw unknown(name);
        }
        return running.definition();
    }

    /** What a pipeline's body is, as files spell it. */
    public static String kind(PipelineDefinition pipeline) {
        return switch (pipeline.body()) {
            case Single ignored -> "main";
            case Triad ignored -> "triad";
            case Router ignored -> "router";
            case Fallback ignored -> "fallback";
            case FanOut ignored -> "fan-out";
        };
    }

    /** The models that a pipeline may ask itself, by id: those of pipelines that it names are not among them. */
    public static List<String> models(PipelineDefinition pipeline) {
        return Models.of(pipeline.body()).stream()
                .map(PlacedModel::model)
                .distinct()
                .toList();
    }

    /** What goes on in the pipelines that run here, by name: requests that this peer was asked, and no other. */
    public Map<String, Gate.Metrics> gates() {
        Map<String, Gate.Metrics> gates = new TreeMap<>();
        running().forEach(running -> {
            if (running.generator() != null) {
                gates.put(running.definition().name(), running.generator().metrics());
            }
        });
        return gates;
    }

    private Stream<Running> running() {
        Map<String, Running> all = new TreeMap<>(stored);
        all.putAll(own);
        return all.values().stream();
    }

    private @Nullable Running find(String name) {
        Running mine = own.get(name);
        return mine == null ? stored.get(name) : mine;
    }

    private ExofluxException unknown(String name) {
        return new ExofluxException(
                ErrorCode.MODEL_NOT_FOUND,
                "There is no pipeline %s.\nMaybe `exoflux pipelines` lists what is deployed.".formatted(name));
    }

    private Generator generator(String name) {
        Running running = find(name);
        if (running == null) {
            throw unknown(name);
        }
        ExofluxException failure = running.failure();
        Generator generator = running.generator();
        if (failure != null || generator == null) {
            throw failure == null
                    ? unknown(name)
                    : new ExofluxException(failure.code(), String.valueOf(failure.getMessage()), failure);
        }
        return generator;
    }

    /** The model that a target's text and tokens are taken to be of: the first that may answer. */
    private String leading(Target target) {
        return switch (target) {
            case Target.Named named -> {
                Running running = named.isModel() ? null : find(named.name());
                if (!named.isModel() && running == null) {
                    throw unknown(named.name());
                }
                yield running == null
                        ? named.name()
                        : leading(running.definition().body());
            }
            case Single single -> single.main().placed().model();
            case Triad triad -> triad.main().placed().model();
            case Router router -> leading(router.otherwise());
            case Fallback fallback -> leading(fallback.targets().getFirst());
            case FanOut fanOut -> leading(fanOut.targets().getFirst());
        };
    }

    // ---- what it serves ----

    @Override
    public List<ServedModel> all() {
        return Stream.concat(models.all().stream(), running().map(this::served)).toList();
    }

    @Override
    public List<ServedModel> own() {
        return models.own();
    }

    @Override
    public ServedModel require(String id) {
        Running running = find(id);
        return running == null ? models.require(id) : served(running);
    }

    private ServedModel served(Running running) {
        return new PipelineModel(
                running.definition(),
                () -> models.require(leading(running.definition().body())));
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> find(request.model()) == null
                ? models.generate(request)
                : generator(request.model()).generate(request));
    }

    @Override
    public Map<String, BatcherMetrics> batchers() {
        return models.batchers();
    }

    @Override
    public void load() {
        models.load();
    }

    @Override
    public Mono<Void> loaded() {
        return models.loaded();
    }

    @Override
    public void close() {
        following.dispose();
        models.close();
    }
}
