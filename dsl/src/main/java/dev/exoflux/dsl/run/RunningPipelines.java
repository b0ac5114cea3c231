package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Gate;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.ServingPeer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pipelines that a peer answers for: those of the store, and its own, which are first where both have a name. Thread-safe. */
final class RunningPipelines {

    private static final Logger LOG = LoggerFactory.getLogger(RunningPipelines.class);

    private final Compiler compiler;
    private final Map<String, Running> own = new ConcurrentHashMap<>();
    private volatile Map<String, Running> stored = Map.of();

    /**
     * A pipeline at this peer.
     *
     * @param yaml as it was read; null for one in Java
     * @param gate null where it cannot run here
     * @param failure why it cannot; null where it can
     */
    record Running(
            PipelineDefinition definition,
            @Nullable String yaml,
            @Nullable Gate gate,
            @Nullable ExofluxException failure) {}

    RunningPipelines(ServingPeer models, Beans beans) {
        this.compiler = new Compiler(models, models, this::generator, this::leading, beans);
    }

    /** Takes what the store has now. */
    synchronized void follow(Map<String, String> now) {
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

    /** @throws ExofluxException why a pipeline cannot run here */
    void requireSound(PipelineDefinition pipeline) {
        compiler.compile(pipeline);
    }

    /** Has one run that is not in the store. */
    void addOwn(PipelineDefinition pipeline) {
        own.put(pipeline.name(), compiled(pipeline, null));
    }

    /** Whether there was one of its own by that name. */
    boolean removeOwn(String name) {
        return own.remove(name) != null;
    }

    /** Sorted by name. */
    Stream<Running> all() {
        Map<String, Running> all = new TreeMap<>(stored);
        all.putAll(own);
        return all.values().stream();
    }

    /** Null where there is none. */
    @Nullable
    Running find(String name) {
        Running mine = own.get(name);
        return mine == null ? stored.get(name) : mine;
    }

    /** @throws ExofluxException MODEL_NOT_FOUND where there is none */
    Running require(String name) {
        Running running = find(name);
        if (running == null) {
            throw new ExofluxException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "There is no pipeline %s.\nMaybe `exoflux pipelines` lists what is deployed.".formatted(name));
        }
        return running;
    }

    /** What answers for a pipeline; throws where there is none, or it cannot run here. */
    Generator generator(String name) {
        Running running = require(name);
        Gate gate = running.gate();
        if (gate == null) {
            ExofluxException failure = Objects.requireNonNull(running.failure());
            throw new ExofluxException(failure.code(), String.valueOf(failure.getMessage()), failure);
        }
        return gate;
    }

    /** The model that a target's text and tokens are taken to be of: the first that may answer. */
    String leading(Target target) {
        return switch (target) {
            case Target.Named named ->
                named.isModel()
                        ? named.name()
                        : leading(require(named.name()).definition().body());
            case Single single -> single.main().placed().model();
            case Triad triad -> triad.main().placed().model();
            case Router router -> leading(router.otherwise());
            case Fallback fallback -> leading(fallback.targets().getFirst());
            case FanOut fanOut -> leading(fanOut.targets().getFirst());
        };
    }
}
