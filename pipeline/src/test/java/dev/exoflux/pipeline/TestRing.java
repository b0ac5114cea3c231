package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import reactor.core.scheduler.Schedulers;

/** A batcher over a tiny real model in this process; closing it checks that nothing is left behind. */
final class TestRing implements AutoCloseable {

    /** Three layers, a context of 256. */
    static final String THREE_LAYERS = "qwen2-window";

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CpuBackend backend;
    private final LocalMesh mesh;
    private final Batcher batcher;
    private final CacheCost cost;

    TestRing(String checkpoint, int threads, CpuBackends.Choice kernels, PipelineSettings settings, long cacheBytes) {
        this(checkpoint, threads, kernels, settings, cacheBytes, Proposers.WITHOUT_MODELS);
    }

    TestRing(
            String checkpoint,
            int threads,
            CpuBackends.Choice kernels,
            PipelineSettings settings,
            long cacheBytes,
            Proposers proposers) {
        this(checkpoint, threads, kernels, settings, cacheBytes, proposers, CacheBudget.AHEAD);
    }

    /** @param ahead tokens of an answer that memory is promised for ahead of what there is */
    TestRing(
            String checkpoint,
            int threads,
            CpuBackends.Choice kernels,
            PipelineSettings settings,
            long cacheBytes,
            Proposers proposers,
            int ahead) {
        backend = CpuBackends.create(threads, kernels);
        ModelDirectory directory = ModelDirectory.open(checkpoint, TestCheckpoints.named(checkpoint));
        List<ModelStage> stages = new ArrayList<>();
        long bytesPerPosition = 0;
        for (Shard shard : Planner.tile(directory.config().layers(), settings.stages())) {
            String name = "exoflux-stage-" + stages.size();
            CausalLm model = Architectures.load(directory, shard, backend);
            bytesPerPosition += backend.cacheBytesPerPosition(model.kvShape());
            stages.add(new ModelStage(name, model, backend));
        }
        mesh = new LocalMesh(stages);
        cost = new CacheCost(bytesPerPosition, backend.cacheBlock());
        batcher = new Batcher(
                Rings.of(mesh), settings, new CacheBudget(cacheBytes, cost, ahead), Schedulers.parallel(), proposers);
    }

    static TestRing open(PipelineSettings settings) {
        return new TestRing(THREE_LAYERS, 1, CpuBackends.Choice.SCALAR, settings, Long.MAX_VALUE);
    }

    static PipelineSettings settings(int stages, int prefillChunk) {
        return new PipelineSettings(
                stages, 256, 8, 8, prefillChunk, 0, PipelineSettings.AUTOMATIC_BYTES, Duration.ofSeconds(5), PATIENCE);
    }

    /** Some prompt: ids that the checkpoints' vocabularies hold. */
    static int[] prompt(int length, int seed) {
        return IntStream.range(0, length).map(i -> (i * 31 + seed * 17) % 300).toArray();
    }

    static SequenceRequest request(int promptTokens, int maxTokens) {
        return new SequenceRequest(prompt(promptTokens, 1), SamplingSettings.GREEDY, maxTokens, Set.of(), false);
    }

    Batcher batcher() {
        return batcher;
    }

    /** Bytes of the smallest piece that caches take. */
    long blockBytes() {
        return cost.blockBytes();
    }

    /** Bytes of a cache of so many positions. */
    long bytes(int positions) {
        return cost.bytes(positions);
    }

    long cacheBytes() {
        return mesh.cacheBytes();
    }

    @Override
    public void close() {
        batcher.shutdown(Duration.ZERO).block(PATIENCE);
        mesh.close();
        assertThat(mesh.cacheBytes()).as("bytes of caches").isZero();
        assertThat(batcher.metrics().reservedBytes()).as("bytes reserved").isZero();
        assertThat(backend.residentBytes()).as("bytes of weights and caches").isZero();
        backend.close();
    }
}
