package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.Shard;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.List;

/**
 * A shard of a model in this process, ready to compute for whichever ring it is on. Owns weights, caches and its thread. Loads itself
 * again from its files when a backend has lost it.
 */
public final class HostedShard implements AutoCloseable {

    private final ModelDirectory directory;
    private final ModelStage stage;
    private final Warmth warmth;

    /** Starts the stage's thread. */
    private HostedShard(ModelDirectory directory, CausalLm model, Backend backend, Warmth warmth) {
        Shard shard = model.shard();
        this.directory = directory;
        this.stage = new ModelStage(
                "exoflux-stage-%d-%s".formatted(shard.layers().from(), directory.id()),
                new StageModel(model, () -> Loading.insist(() -> Architectures.load(directory, shard, backend))),
                backend);
        this.warmth = warmth;
    }

    /**
     * Loads a shard and warms it up, which takes up to three seconds more. Blocks: not for an event loop. What computes may be
     * lost meanwhile, once or twice: then it is loaded from the beginning. If it fails, nothing is left behind.
     *
     * @param backend must outlive the shard
     * @throws dev.exoflux.model.ExofluxException OUT_OF_MEMORY, MODEL_INVALID, UNSUPPORTED
     */
    public static HostedShard load(ModelDirectory directory, Shard shard, Backend backend) {
        return Loading.insist(() -> loadWarm(directory, shard, backend));
    }

    private static HostedShard loadWarm(ModelDirectory directory, Shard shard, Backend backend) {
        CausalLm model = Architectures.load(directory, shard, backend);
        try {
            return new HostedShard(directory, model, backend, Warmth.of(List.of(model), backend));
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** The same, without warming it up. */
    static HostedShard loadCold(ModelDirectory directory, Shard shard, Backend backend) {
        return new HostedShard(directory, Architectures.load(directory, shard, backend), backend, Warmth.NONE);
    }

    /** What rings lead through. Thread-safe; good until the shard is closed. */
    public ModelStage stage() {
        return stage;
    }

    CausalLm model() {
        return stage.model();
    }

    /** Bytes a step of one token reads from the weights. */
    public long weightBytes() {
        return model().weightBytes();
    }

    /** Bytes the caches take at present; from any thread. */
    public long cacheBytes() {
        return stage.cacheBytes();
    }

    /** For the log. */
    @Override
    public String toString() {
        Shard shard = model().shard();
        return "layers %d to %d (of %d) of %s, %d MiB; %s"
                .formatted(
                        shard.layers().from(),
                        shard.layers().to() - 1,
                        shard.modelLayers(),
                        directory.id(),
                        weightBytes() >> 20,
                        warmth);
    }

    /** Frees it, once its thread has done with what was handed over to it. Blocks for as long. */
    @Override
    public void close() {
        stage.close();
    }
}
