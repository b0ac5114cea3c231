package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A batcher over any mesh, and a mesh within the process to compare with: the batcher is nobody's outside its package. */
public final class MeshAnswers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Batcher batcher;

    /** Answers end with the ring they are on. */
    public MeshAnswers(Mesh mesh, int prefillChunk) {
        this(unrepeated(mesh), prefillChunk);
    }

    /** Answers go on on the next ring. */
    public MeshAnswers(Rings rings, int prefillChunk) {
        PipelineSettings settings = new PipelineSettings(
                1, 0, 16, 64, prefillChunk, 0, PipelineSettings.AUTOMATIC_BYTES, Duration.ofSeconds(5), PATIENCE);
        batcher = new Batcher(
                rings,
                settings,
                new CacheBudget(1L << 40, new CacheCost(1, 16)),
                Schedulers.parallel(),
                Proposers.WITHOUT_MODELS);
    }

    /** Has the source of rings end in what its ring ends in. */
    private static Rings unrepeated(Mesh mesh) {
        return () -> Flux.defer(() -> {
            Sinks.One<Mesh> lost = Sinks.one();
            return lost.asMono().flux().startWith(new Watched(mesh, lost));
        });
    }

    private record Watched(Mesh mesh, Sinks.One<Mesh> lost) implements Mesh {

        @Override
        public int stages() {
            return mesh.stages();
        }

        @Override
        public long cacheBytes() {
            return mesh.cacheBytes();
        }

        @Override
        public Flux<StageMessage> ring(Flux<StageMessage> entry) {
            return mesh.ring(entry).doOnError(lost::tryEmitError);
        }

        @Override
        public void close() {
            mesh.close();
        }
    }

    /** The stages in this process, one after the other. */
    public static Mesh local(List<ModelStage> stages) {
        return new LocalMesh(stages);
    }

    /** The answer, each token with all that is said of it. */
    public Flux<String> answer(int[] prompt, SamplingSettings sampling, int maxTokens) {
        return batcher.open(new SequenceRequest(prompt, sampling, maxTokens, Set.of(), false))
                .map(token -> token.id() + " " + token.logprobs());
    }

    /** All of it. */
    public Mono<List<String>> whole(int[] prompt, SamplingSettings sampling, int maxTokens) {
        return answer(prompt, sampling, maxTokens).collectList();
    }

    public BatcherMetrics metrics() {
        return batcher.metrics();
    }

    @Override
    public void close() {
        batcher.shutdown(Duration.ZERO).block(PATIENCE);
    }
}
