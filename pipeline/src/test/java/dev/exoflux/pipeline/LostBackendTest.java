package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What computes is lost in the middle of answers: the stages load themselves again, and the answers go on. */
final class LostBackendTest {

    private static final int ANSWER = 40;

    private final CpuBackend cpu = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private final LosableBackend backend = new LosableBackend(cpu);
    private LocalMesh mesh = mesh(1);
    private Batcher batcher = batcher();

    private LocalMesh mesh(int stages) {
        ModelDirectory directory =
                ModelDirectory.open(TestRing.THREE_LAYERS, TestCheckpoints.named(TestRing.THREE_LAYERS));
        return new LocalMesh(Planner.tile(3, stages).stream()
                .map(shard -> HostedShard.loadCold(directory, shard, backend).stage())
                .toList());
    }

    private Batcher batcher() {
        return new Batcher(
                Rings.of(mesh),
                TestRing.settings(1, 32),
                new CacheBudget(1L << 30, new CacheCost(64, 16)),
                Schedulers.parallel(),
                Proposers.WITHOUT_MODELS);
    }

    @AfterEach
    void leavesNothingBehind() {
        batcher.shutdown(Duration.ZERO).block(TestRing.PATIENCE);
        mesh.close();
        assertThat(cpu.residentBytes()).isZero();
        cpu.close();
    }

    private static List<Integer> ids(Flux<SequenceToken> answer) {
        return Objects.requireNonNull(
                answer.map(SequenceToken::id).collectList().block(TestRing.PATIENCE));
    }

    private Flux<SequenceToken> ask(int number) {
        return batcher.open(TestRing.request(50 + number, ANSWER));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void answersGoOnWithTheSameTokens(int stages) {
        mesh.close();
        mesh = mesh(stages);
        batcher = batcher();
        List<List<Integer>> undisturbed =
                Flux.range(0, 4).map(i -> ids(ask(i))).collectList().block();
        AtomicInteger tokens = new AtomicInteger();
        List<List<Integer>> answers = Flux.range(0, 4)
                .flatMapSequential(i -> ask(i).doOnNext(token -> {
                            if (tokens.incrementAndGet() % 30 == 0) {
                                backend.lose();
                            }
                        })
                        .map(SequenceToken::id)
                        .collectList())
                .collectList()
                .block(TestRing.PATIENCE);
        assertThat(answers).isEqualTo(undisturbed);
        assertThat(batcher.metrics().recoveries()).isPositive();
    }

    @Test
    void oneThatDoesNotComeBackIsToldAndAskedAgainByTheNextRequest() {
        backend.gone(true);
        backend.lose();
        StepVerifier.create(ask(0))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST))
                        .hasMessage("it does not begin again"))
                .verify(TestRing.PATIENCE);
        backend.gone(false);
        assertThat(ids(ask(0))).hasSize(ANSWER);
    }

    @Test
    void whatIsLostWhileItIsLoadedIsLoadedAgain() {
        List<Integer> undisturbed = ids(ask(0));
        backend.loseWhileLoading(2);
        backend.lose();
        assertThat(ids(ask(0))).isEqualTo(undisturbed);
        backend.loseWhileLoading(2);
        long bytes = cpu.residentBytes();
        try (HostedShard another = load()) {
            assertThat(cpu.residentBytes()).isEqualTo(bytes + another.weightBytes());
        }
        backend.loseWhileLoading(3);
        assertThatThrownBy(this::load)
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST))
                .hasMessage("it is lost while it loads");
    }

    private HostedShard load() {
        ModelDirectory directory =
                ModelDirectory.open(TestRing.THREE_LAYERS, TestCheckpoints.named(TestRing.THREE_LAYERS));
        return HostedShard.load(directory, Planner.tile(3, 1).getFirst(), backend);
    }
}
