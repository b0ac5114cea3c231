package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.pipeline.placement.Planner;
import java.time.Duration;

/**
 * How a model is run.
 *
 * @param stages pieces the model is cut into, each with a thread of its own; the tokens are the same for any number
 * @param contextLength most tokens of a prompt and its answer together; {@link #AUTOMATIC} for what the model was made for,
 *     at most {@link #DEFAULT_CONTEXT}
 * @param maxConcurrency sequences answered at once
 * @param queue requests that may wait beyond these; those that come after are refused as OVERLOADED
 * @param prefillChunk most tokens of prompts in one pass: what a running answer waits for at most when a prompt arrives
 * @param cacheBytes memory for the KV caches of all sequences; {@link #AUTOMATIC} for what the weights leave free, less a tenth
 * @param prefixCacheBytes of these, what caches may take whose sequences have ended, for prompts that begin alike; {@link
 *     #AUTOMATIC_BYTES} for all, at most 2 GiB; 0 to compute every prompt from its first token
 * @param grace how long answers may go on after the model has been told to close
 * @param ringPatience how long answers wait for another ring of stages when theirs is lost, or while there is none
 */
public record PipelineSettings(
        int stages,
        int contextLength,
        int maxConcurrency,
        int queue,
        int prefillChunk,
        long cacheBytes,
        long prefixCacheBytes,
        Duration grace,
        Duration ringPatience) {

    /** Chosen when the model is opened. */
    public static final int AUTOMATIC = 0;

    /** The same where 0 has a meaning of its own. */
    public static final long AUTOMATIC_BYTES = -1;

    /** Context of a model that was made for more, unless another is asked for: memory is set aside for all of it. */
    public static final int DEFAULT_CONTEXT = 8192;

    private static final long MOST_AUTOMATIC_BYTES = 2L << 30;

    /** One stage, 16 answers at once, 64 waiting. */
    public static final PipelineSettings DEFAULTS = new PipelineSettings(
            1, AUTOMATIC, 16, 64, 256, AUTOMATIC, AUTOMATIC_BYTES, Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** @throws ExofluxException INVALID_CONFIGURATION for a number out of range */
    public PipelineSettings {
        atLeast(1, stages, "stages");
        atLeast(0, contextLength, "context");
        atLeast(1, maxConcurrency, "max-concurrency");
        atLeast(0, queue, "queue");
        atLeast(1, prefillChunk, "prefill-chunk");
        atLeast(0, cacheBytes, "cache bytes");
        if (prefixCacheBytes != AUTOMATIC_BYTES) {
            atLeast(0, prefixCacheBytes, "prefix-cache bytes");
        }
        atLeast(0, grace.toMillis(), "grace");
        atLeast(1, ringPatience.toMillis(), "ring-patience");
    }

    /**
     * These settings with what was automatic decided, but for the memory.
     *
     * @throws ExofluxException INVALID_CONFIGURATION for more context than the model was made for, or more stages than it has
     *     layers
     */
    PipelineSettings suitedTo(ModelConfig model) {
        Planner.tile(model.layers(), stages);
        if (contextLength > model.contextLength()) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "context is %d; the model was made for at most %d."
                            .formatted(contextLength, model.contextLength()));
        }
        int context = contextLength == AUTOMATIC ? Math.min(model.contextLength(), DEFAULT_CONTEXT) : contextLength;
        return new PipelineSettings(
                stages,
                context,
                maxConcurrency,
                queue,
                prefillChunk,
                cacheBytes,
                prefixCacheBytes,
                grace,
                ringPatience);
    }

    /** These settings for a model that has been promised memory for so many answers of so many positions. */
    public PipelineSettings promising(int context, int concurrency) {
        return new PipelineSettings(
                stages, context, concurrency, queue, prefillChunk, cacheBytes, prefixCacheBytes, grace, ringPatience);
    }

    /** Bytes for the caches of sequences that have ended, where all caches together have {@code budget}. */
    long prefixCacheBytes(long budget) {
        return Math.min(budget, prefixCacheBytes == AUTOMATIC_BYTES ? MOST_AUTOMATIC_BYTES : prefixCacheBytes);
    }

    private static void atLeast(long least, long value, String name) {
        if (value < least) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s is %d; it has to be at least %d.".formatted(name, value, least));
        }
    }
}
