package dev.exoflux.model.arch;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.Checkpoint;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.Weights;

/** Loads models: picks the architecture that the configuration names. */
public final class Architectures {

    private Architectures() {}

    /**
     * Loads a shard of a model into a backend, reading only the tensors of that shard. The checkpoint's files are closed
     * again when this returns. If it fails, everything loaded so far is freed.
     *
     * @return the model; the caller closes it, before the backend
     * @throws ExofluxException MODEL_INVALID for a damaged checkpoint or one unlike its configuration, UNSUPPORTED for a
     *     kind of numbers that cannot be computed with, OUT_OF_MEMORY if the weights do not fit
     */
    public static CausalLm load(ModelDirectory directory, Shard shard, Backend backend) {
        ModelConfig config = directory.config();
        if (shard.modelLayers() != config.layers()) {
            throw new IllegalArgumentException(shard + " is of another model than " + directory.id());
        }
        try (Checkpoint checkpoint = directory.checkpoint()) {
            return load(config, shard, new Weights(checkpoint, config.quantization(), backend));
        } catch (OutOfMemoryError e) {
            throw new ExofluxException(
                    ErrorCode.OUT_OF_MEMORY,
                    "The weights of " + directory.id() + " do not fit into memory: " + e.getMessage()
                            + "\nMaybe take a smaller or more strongly quantised model.",
                    e);
        } catch (InternalError e) { // what the JVM makes of a fault in mapped memory
            throw new ExofluxException(
                    ErrorCode.MODEL_INVALID,
                    directory.path() + ": the weights could not be read to their end"
                            + "\nMaybe the files changed meanwhile: wait until their download is finished.",
                    e);
        }
    }

    private static CausalLm load(ModelConfig config, Shard shard, Weights weights) {
        try {
            return switch (config.architecture()) {
                case LLAMA -> Llama.load(config, shard, weights);
                case MISTRAL -> Mistral.load(config, shard, weights);
                case QWEN2 -> Qwen2.load(config, shard, weights);
                case QWEN3 -> Qwen3.load(config, shard, weights);
            };
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }
}
