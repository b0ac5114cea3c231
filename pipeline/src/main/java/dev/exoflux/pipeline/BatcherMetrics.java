package dev.exoflux.pipeline;

import java.util.List;

/**
 * What a batcher is at, at one moment. Each figure is exact; those of different sequences may be a step apart.
 *
 * @param live sequences that hold a cache or are about to
 * @param queued requests that wait for a place
 * @param batchesInFlight batches that travel at present
 * @param batches all batches sent so far
 * @param reservedBytes memory set aside for the caches of live sequences, at the longest they may get
 * @param cacheBytes memory these caches take at present
 * @param sequences the live ones
 */
public record BatcherMetrics(
        int live,
        int queued,
        int batchesInFlight,
        long batches,
        long reservedBytes,
        long cacheBytes,
        List<Live> sequences) {

    /**
     * A live sequence.
     *
     * @param id counted from 1 in the order of subscription
     * @param answered tokens generated
     * @param passes batches it took part in: chunks of its prompt, and decode steps
     * @param steps passes that chose a token
     */
    public record Live(long id, int promptTokens, int answered, int passes, int steps) {}
}
