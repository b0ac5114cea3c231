package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;

/**
 * The memory one of several models may take.
 *
 * @param availableBytes what the machine, or the container, still has; {@link Long#MAX_VALUE} where nobody knows
 * @param promisedBytes what of that is set aside for the caches of models loaded before
 * @param models how many have yet to be loaded, this one included
 */
record MemoryShare(long availableBytes, long promisedBytes, int models) {

    /**
     * What the caches of a model may take together: as asked for, or else what its weights leave free, less a tenth for the
     * rest of the process, in equal shares.
     *
     * @param weightBytes of the model
     * @param cost of a cache, over all stages
     * @throws ExofluxException OUT_OF_MEMORY if not even one sequence of full length has room
     */
    long cacheBytes(String model, long weightBytes, PipelineSettings settings, CacheCost cost) {
        long free = availableBytes == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : (availableBytes - promisedBytes - weightBytes) / 10 * 9;
        long share = Math.max(0, free / models);
        long bytes = settings.cacheBytes() == PipelineSettings.AUTOMATIC
                ? share
                : Math.min(settings.cacheBytes(), Math.max(0, free));
        long needed = cost.bytes(settings.contextLength());
        if (needed > bytes) {
            throw outOfMemory(model, weightBytes, settings.contextLength(), needed, bytes, cost.positions(bytes));
        }
        return bytes;
    }

    private ExofluxException outOfMemory(
            String model, long weightBytes, int context, long needed, long room, long fitting) {
        String advice = fitting > 0
                ? "Maybe start with --context %d.".formatted(fitting)
                : "Maybe use a smaller or more strongly quantised model.";
        return new ExofluxException(ErrorCode.OUT_OF_MEMORY, """
                %s needs %d bytes for its weights and %d for the cache of one sequence of %d tokens; %d are available, %d of \
                them for caches.
                %s""".formatted(
                        model, weightBytes, needed, context, availableBytes - promisedBytes, room, advice));
    }
}
