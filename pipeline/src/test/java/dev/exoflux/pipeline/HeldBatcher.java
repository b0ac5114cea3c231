package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import reactor.core.scheduler.Scheduler;

/** A batcher whose ring is held by the test, and that reuses nothing; everything runs on the test's thread. */
abstract class HeldBatcher {

    static final int EOS = 99;

    final ManualTime clock = new ManualTime();
    HeldMesh mesh = new HeldMesh(1, 1000);
    Batcher batcher = new Batcher(Rings.of(mesh), settings(1), budget(1_000_000), clock, Proposers.WITHOUT_MODELS);

    /** Starts anew with so many stages. */
    void stages(int stages) {
        start(new HeldMesh(stages, 1000), settings(stages), 1_000_000, clock);
    }

    /** Starts anew with so many places and so much memory for caches. */
    void places(int live, int queued, long cacheBytes) {
        PipelineSettings settings =
                new PipelineSettings(1, 0, live, queued, 16, 0, 0, Duration.ZERO, TestRing.PATIENCE);
        start(new HeldMesh(1, 1000), settings, cacheBytes, clock);
    }

    /**
     * Starts anew with a prefix cache.
     *
     * @param cacheBytes for all caches, at a byte a position
     * @param block positions of a block
     */
    void reuse(long cacheBytes, long prefixBytes, int block) {
        mesh = new HeldMesh(1, 64);
        PipelineSettings settings =
                new PipelineSettings(1, 0, 8, 8, 16, 0, prefixBytes, Duration.ZERO, TestRing.PATIENCE);
        CacheBudget budget = new CacheBudget(cacheBytes, new CacheCost(1, block));
        batcher = new Batcher(Rings.of(mesh), settings, budget, clock, Proposers.WITHOUT_MODELS);
    }

    /** Starts anew with one stage and a model that proposes. */
    void speculate(Proposer proposer, Scheduler time) {
        mesh = new HeldMesh(1, 64);
        batcher = new Batcher(Rings.of(mesh), settings(1), budget(1_000_000), time, draft -> proposer);
    }

    /** Starts anew. */
    void start(HeldMesh held, PipelineSettings settings, long cacheBytes, Scheduler delivery) {
        mesh = held;
        batcher = new Batcher(Rings.of(held), settings, budget(cacheBytes), delivery, Proposers.WITHOUT_MODELS);
    }

    static PipelineSettings settings(int stages) {
        return new PipelineSettings(stages, 0, 8, 2, 16, 0, 0, Duration.ZERO, TestRing.PATIENCE);
    }

    /** One byte a position. */
    private static CacheBudget budget(long bytes) {
        return new CacheBudget(bytes, new CacheCost(1, 1));
    }

    Reader open(int promptTokens, int maxTokens) {
        return open(promptTokens, maxTokens, Long.MAX_VALUE);
    }

    Reader open(int promptTokens, int maxTokens, long demand) {
        return open(request(promptTokens, maxTokens, false, -1), demand);
    }

    Reader open(SequenceRequest request, long demand) {
        Reader reader = new Reader(demand);
        batcher.open(request).subscribe(reader);
        return reader;
    }

    static SequenceRequest request(int promptTokens, int maxTokens, boolean echo, int topLogprobs) {
        SamplingSettings sampling =
                SamplingSettings.builder().topLogprobs(topLogprobs).build();
        return new SequenceRequest(TestRing.prompt(promptTokens, 1), sampling, maxTokens, Set.of(EOS), echo);
    }

    /** Answers batches, one at a time, until none is held; every output is {@code token}. */
    void run(int token) {
        while (mesh.held() > 0) {
            if (mesh.nextIsBatch()) {
                TokenBatch batch = mesh.batch();
                mesh.answer(batch, outputs(batch, token));
            } else {
                mesh.send(mesh.retirement());
            }
        }
    }

    static int[] outputs(TokenBatch batch, int token) {
        int[] ids = new int[batch.spans().stream().mapToInt(Span::outputs).sum()];
        Arrays.fill(ids, token);
        return ids;
    }

    static List<Long> sequences(TokenBatch batch) {
        return batch.spans().stream().map(Span::sequence).toList();
    }

    static List<Integer> counts(TokenBatch batch) {
        return batch.spans().stream().map(Span::count).toList();
    }
}
