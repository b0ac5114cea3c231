package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Rings of a real model that are lost, and left for others, under many answers at once: nobody notices but by the time it takes. */
final class MovingRingTest {

    private static final int ANSWER = 30;
    private static final int REQUESTS = 40;
    private static final int AT_ONCE = 8;

    /** Tokens of all answers between two disturbances: as many as let a prompt be computed before it is lost five times. */
    private static final int CALM = 60;

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private final List<Losable> meshes = List.of(mesh(1), mesh(2), mesh(3));
    private final Sinks.Many<Mesh> rings = Sinks.many().replay().latest();

    /** A ring that can be lost, as often as need be. */
    private record Losable(LocalMesh mesh, Sinks.Many<Boolean> losses) implements Mesh {

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
            return mesh.ring(entry)
                    .takeUntilOther(losses.asFlux()) // which cancels, unlike an error
                    .concatWith(Mono.error(new ExofluxException(ErrorCode.PEER_LOST, "A peer is lost.")));
        }

        void lose() {
            losses.emitNext(true, Sinks.EmitFailureHandler.busyLooping(TestRing.PATIENCE));
        }

        @Override
        public void close() {
            mesh.close();
        }
    }

    private Losable mesh(int stages) {
        ModelDirectory directory =
                ModelDirectory.open(TestRing.THREE_LAYERS, TestCheckpoints.named(TestRing.THREE_LAYERS));
        List<ModelStage> hosted = Planner.tile(3, stages).stream()
                .map(shard -> HostedShard.loadCold(directory, shard, backend).stage())
                .toList();
        return new Losable(new LocalMesh(hosted), Sinks.many().multicast().directBestEffort());
    }

    @AfterEach
    void leavesNothingBehind() {
        meshes.forEach(Losable::close);
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    /** Behind one of three beginnings; echoed, or scored, or neither. */
    private static SequenceRequest request(int number) {
        int[] prompt = TestRing.prompt(60 + number % 7, number % 3);
        SamplingSettings.Builder sampling = SamplingSettings.builder()
                .temperature(number % 5 == 0 ? 0 : 0.9f)
                .repetitionPenalty(1.1f)
                .frequencyPenalty(0.3f)
                .seed(number)
                .topLogprobs(number % 2 == 0 ? 3 : -1);
        return new SequenceRequest(prompt, sampling.build(), ANSWER, Set.of(), number % 4 > 1);
    }

    private static List<SequenceToken> said(List<SequenceToken> tokens) {
        return tokens.stream()
                .map(token -> new SequenceToken(token.id(), token.prompt(), token.logprobs(), 0, token.finish()))
                .toList();
    }

    private static List<List<SequenceToken>> undisturbed() {
        List<List<SequenceToken>> answers = new ArrayList<>();
        try (TestRing ring = TestRing.open(TestRing.settings(1, 256))) {
            for (int number = 0; number < REQUESTS; number++) {
                answers.add(said(Objects.requireNonNull(
                        ring.batcher().open(request(number)).collectList().block(TestRing.PATIENCE))));
            }
        }
        return answers;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void losesAndDoublesNoToken(int seed) {
        Batcher batcher = new Batcher(
                rings::asFlux,
                TestRing.settings(1, 32),
                new CacheBudget(1L << 30, new CacheCost(64, 16)),
                Schedulers.parallel(),
                Proposers.WITHOUT_MODELS);
        Random random = new Random(seed);
        AtomicInteger tokens = new AtomicInteger();
        Losable[] current = {meshes.get(1)};
        rings.tryEmitNext(current[0]).orThrow();

        List<List<SequenceToken>> answers = Flux.range(0, REQUESTS)
                .flatMapSequential(
                        number -> batcher.open(request(number))
                                .doOnNext(token -> {
                                    if (!token.prompt() && tokens.incrementAndGet() % CALM == 0) {
                                        disturb(random, current);
                                    }
                                })
                                .collectList(),
                        AT_ONCE)
                .map(MovingRingTest::said)
                .collectList()
                .block(TestRing.PATIENCE.multipliedBy(3));

        assertThat(answers).isEqualTo(undisturbed());
        assertThat(batcher.metrics().recoveries()).isGreaterThan(10);
        batcher.shutdown(Duration.ZERO).block(TestRing.PATIENCE);
        assertThat(batcher.metrics().reservedBytes()).isZero();
    }

    /** The ring is lost, or left for another, or lost while it is being left. */
    private void disturb(Random random, Losable[] current) {
        synchronized (current) {
            int kind = random.nextInt(3);
            Losable before = current[0];
            if (kind > 0) {
                current[0] = meshes.get(random.nextInt(3));
                rings.tryEmitNext(current[0]).orThrow();
            }
            if (kind < 2) {
                before.lose();
            }
        }
    }
}
