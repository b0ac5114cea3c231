package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Answers of a model whose stages lie on any peers, as the one that has its batcher gives them: requests of all entries share its
 * batches, its memory and its prefixes. Holds no weights and no thread. Thread-safe.
 */
public final class RingAnswers implements Answers {

    private final Batcher batcher;

    private RingAnswers(Batcher batcher) {
        this.batcher = batcher;
    }

    /**
     * Subscribes to {@code rings} when the first request comes.
     *
     * @param settings with a context length; stages and bytes of the caches mean nothing here
     * @param whole answers as long as the context that every stage has the memory for at once; more run at once while they are shorter
     * @param bytesPerPosition of a cache, over all stages: what the figures of {@link #metrics} are counted in
     * @param cacheBlock positions that caches take memory for at a time; the largest where backends differ
     * @param proposers of requests that speculate
     */
    public static RingAnswers of(
            Rings rings,
            PipelineSettings settings,
            int whole,
            long bytesPerPosition,
            int cacheBlock,
            Proposers proposers) {
        if (settings.contextLength() == PipelineSettings.AUTOMATIC) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The context of a model on several peers has to be decided first.");
        }
        CacheCost cost = new CacheCost(bytesPerPosition, cacheBlock);
        long bytes = cost.bytes(settings.contextLength()) * whole;
        return new RingAnswers(
                new Batcher(rings, settings, new CacheBudget(bytes, cost), Schedulers.parallel(), proposers));
    }

    @Override
    public Flux<SequenceToken> open(SequenceRequest request) {
        return batcher.open(request);
    }

    /** A snapshot; from any thread. */
    public BatcherMetrics metrics() {
        return batcher.metrics();
    }

    /**
     * Refuses new requests and those that wait, lets the live ones finish for at most {@code grace}, fails what is left, all with
     * SHUTTING_DOWN, and lets go of the ring. Cancel stops the waiting, not the closing.
     */
    public Mono<Void> shutdown(Duration grace) {
        return batcher.shutdown(grace);
    }
}
