package dev.exoflux.pipeline;

import java.util.List;

/**
 * What a batcher is at, at one moment. Each figure is exact; those of different sequences may be a step apart.
 *
 * @param live sequences that hold a cache or are about to
 * @param queued requests that wait for a place, those included that had one
 * @param returning of these, those that had a place and were set aside, or whose ring was lost
 * @param batchesInFlight batches that travel at present
 * @param batches all batches sent so far
 * @param recoveries how often answers were computed again and went on on another ring, since theirs was lost or left
 * @param timesAside how often one was set aside so far, since there was not memory enough for all
 * @param reservedBytes memory promised to caches: of live sequences for the next tokens as well, of retained ones as it is
 * @param budgetBytes memory for all caches together
 * @param cacheBytes memory the caches take at present
 * @param prefixes what is retained of sequences that have ended
 * @param sequences the live ones
 * @param flow how the ring goes
 */
public record BatcherMetrics(
        int live,
        int queued,
        int returning,
        int batchesInFlight,
        long batches,
        long recoveries,
        long timesAside,
        long reservedBytes,
        long budgetBytes,
        long cacheBytes,
        Prefixes prefixes,
        List<Live> sequences,
        Flow flow) {

    /**
     * A live sequence.
     *
     * @param id counted from 1 in the order of subscription
     * @param cachedTokens of the prompt, those that were not computed again
     * @param answered tokens generated
     * @param passes batches it took part in: chunks of its prompt, and decode steps
     * @param steps passes that chose a token, or several
     * @param speculated what speculation has done for it
     */
    public record Live(
            long id, int promptTokens, int cachedTokens, int answered, int passes, int steps, Speculated speculated) {}

    /**
     * Caches kept so that a prompt that begins alike need not be computed again.
     *
     * @param sequences that have ended and whose caches are kept
     * @param bytes set aside for them, what they share counted once
     * @param reusedTokens tokens of prompts not computed again so far
     */
    public record Prefixes(int sequences, long bytes, long reusedTokens) {}

    /**
     * How the ring goes.
     *
     * @param mostInFlight batches that may travel at present
     * @param credit messages that the first stage takes at once beyond those it has
     * @param roundMillis a batch of answers takes from the entry back to it; 0 where nothing is known
     * @param tokensPerSecond that came home of late
     * @param stepMillis each stage takes for a batch of answers, in the order of the ring; empty where nothing is known
     */
    public record Flow(
            int mostInFlight, long credit, double roundMillis, double tokensPerSecond, List<Double> stepMillis) {}
}
