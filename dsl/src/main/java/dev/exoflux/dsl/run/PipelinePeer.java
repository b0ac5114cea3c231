package dev.exoflux.dsl.run;

import dev.exoflux.dsl.PipelineHost;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Triad;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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
    private final RunningPipelines running;
    private final Deploying deploying;
    private final Disposable following;

    /**
     * Follows the store from now on.
     *
     * @param models closed with this peer
     * @param placer has the models of a pipeline run
     */
    public PipelinePeer(ServingPeer models, PipelineStore store, Placer placer, Beans beans) {
        this.models = models;
        this.running = new RunningPipelines(models, beans);
        this.deploying = new Deploying(running, store, placer);
        this.following =
                store.all().subscribe(running::follow, e -> LOG.error("Pipelines are not followed any more", e));
    }

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
     * <p>Errors: INVALID_REQUEST for names that are not there or lead in a circle, or one model in two places, MODEL_NOT_FOUND,
     * what placing a model fails with, and PEER_LOST where the cluster did not confirm. Cancel stops it where it is.
     */
    public Mono<Void> deploy(List<PipelineDefinition> pipelines) {
        return deploying.deploy(pipelines);
    }

    /** Takes a pipeline away; its models stay. Errors: MODEL_NOT_FOUND where there is none, INVALID_REQUEST where others name it. */
    public Mono<Void> remove(String name) {
        return deploying.remove(name);
    }

    /** What is deployed, sorted by name. */
    public List<PipelineDefinition> pipelines() {
        return running.all().map(RunningPipelines.Running::definition).toList();
    }

    /**
     * A pipeline that is deployed.
     *
     * @throws ExofluxException MODEL_NOT_FOUND where there is none of that name
     */
    public PipelineDefinition pipeline(String name) {
        return running.require(name).definition();
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
        running.all().forEach(pipeline -> {
            Gate gate = pipeline.gate();
            if (gate != null) {
                gates.put(pipeline.definition().name(), gate.metrics());
            }
        });
        return gates;
    }

    // ---- what it serves ----

    @Override
    public List<ServedModel> all() {
        return Stream.concat(models.all().stream(), running.all().map(this::served))
                .toList();
    }

    @Override
    public List<ServedModel> own() {
        return models.own();
    }

    @Override
    public ServedModel require(String id) {
        RunningPipelines.Running pipeline = running.find(id);
        if (pipeline != null) {
            return served(pipeline);
        }
        try {
            return models.require(id);
        } catch (ExofluxException e) {
            throw namingPipelines(e);
        }
    }

    /** Whoever names nothing that there is may have meant a pipeline. */
    private ExofluxException namingPipelines(ExofluxException refused) {
        List<String> names = pipelines().stream().map(PipelineDefinition::name).toList();
        return refused.code() != ErrorCode.MODEL_NOT_FOUND || names.isEmpty()
                ? refused
                : new ExofluxException(
                        refused.code(),
                        "%s%nPipelines here: %s.".formatted(refused.getMessage(), String.join(", ", names)),
                        refused);
    }

    private ServedModel served(RunningPipelines.Running pipeline) {
        PipelineDefinition definition = pipeline.definition();
        return new PipelineModel(definition, () -> models.require(running.leading(definition.body())));
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> running.find(request.model()) == null
                ? models.generate(request)
                : running.generator(request.model()).generate(request));
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
