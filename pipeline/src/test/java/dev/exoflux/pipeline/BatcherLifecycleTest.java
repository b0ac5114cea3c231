package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Who is let in, and what becomes of whom when something ends. */
final class BatcherLifecycleTest extends HeldBatcher {

    @Test
    void retiresACancelledSequenceAtOnceAndIgnoresWhatWasOnItsWay() {
        Reader cancelled = open(4, 100);
        Reader other = open(4, 100);
        mesh.answer(mesh.batch(), 50);
        TokenBatch travelling = mesh.batch();

        cancelled.cancel();

        assertThat(mesh.retirement().sequence()).isEqualTo(1); // although a batch is in flight
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(2 * 104);
        mesh.answer(travelling, outputs(travelling, 51));
        assertThat(cancelled.ids()).containsExactly(50);
        assertThat(other.ids()).isNotEmpty();
        assertThat(sequences(mesh.batch())).containsExactly(2L);
        mesh.send(new StageMessage.Retire(1));
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(104);
    }

    @Test
    void queuesABoundedNumberAndRefusesTheRestByItsSizes() {
        places(1, 2, 1_000_000);
        Reader live = open(4, 1);
        Reader second = open(4, 1);
        Reader third = open(4, 1);
        Reader fourth = open(4, 1);

        assertThat(fourth.failure()).hasMessageContaining("1 requests are being answered and 2 are waiting");
        assertThat(fourth.failure().code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(fourth.failure().code().retryable()).isTrue();
        assertThat(batcher.metrics().queued()).isEqualTo(2);
        third.cancel();
        assertThat(batcher.metrics().queued()).isEqualTo(1);
        run(50);
        assertThat(List.of(live, second)).allMatch(reader -> reader.completed());
        assertThat(third.tokens()).isEmpty();
        assertThat(batcher.metrics())
                .returns(0, BatcherMetrics::live)
                .returns(0, BatcherMetrics::queued)
                .returns(0, BatcherMetrics::returning)
                .returns(0, BatcherMetrics::batchesInFlight)
                .returns(0L, BatcherMetrics::reservedBytes)
                .returns(new BatcherMetrics.Prefixes(0, 0, 0), BatcherMetrics::prefixes)
                .returns(List.of(), BatcherMetrics::sequences);
    }

    @Test
    void letsASequenceInOnlyWhenTheMemoryForItsLongestAnswerIsThere() {
        places(8, 8, 100);
        Reader first = open(10, 50);
        Reader big = open(10, 60);
        Reader small = open(10, 10);
        assertThat(batcher.metrics().live()).isEqualTo(1);
        assertThat(batcher.metrics().queued())
                .as("in order of arrival, so that nobody starves")
                .isEqualTo(2);

        first.cancel();
        assertThat(batcher.metrics().live())
                .as("until no stage holds the cache")
                .isZero();
        mesh.batch();
        mesh.send(mesh.retirement());
        assertThat(batcher.metrics().live()).isEqualTo(2);
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(70 + 20);

        Reader never = open(10, 91);
        assertThat(never.failure().code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
        assertThat(never.failure()).hasMessageContaining("101 positions").hasMessageContaining("at most 100 tokens");
        big.cancel();
        small.cancel();
    }

    @Test
    void endsOnlyTheSequenceThatFailed() {
        Reader failing = open(4, 3);
        Reader other = open(4, 3);
        TokenBatch first = mesh.batch();
        mesh.answer(first, 50);
        TokenBatch both = mesh.batch();
        Span survivor = both.spans().stream()
                .filter(span -> span.sequence() == 2)
                .findFirst()
                .orElseThrow();
        mesh.answer(new TokenBatch(List.of(survivor), new int[] {1}, List.of()), 50);
        mesh.send(new Failed(1, ErrorCode.UNSUPPORTED, "no way"));
        mesh.send(new Failed(1, ErrorCode.INTERNAL, "and its next chunk, too"));
        run(50);

        assertThat(failing.failure()).hasMessage("no way");
        assertThat(failing.failure().code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(other.completed()).isTrue();
        assertThat(other.ids()).hasSize(3);
        assertThat(batcher.metrics().reservedBytes()).isZero();
    }

    @Test
    void dropsARingThatBreaksTheProtocol() {
        Reader live = open(4, 10);
        mesh.send(new ActivationBatch(List.of(), new int[0], new float[0], 1));

        assertThat(live.failure().code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(mesh.disconnections()).isEqualTo(1);
        mesh.discard();
        Reader next = open(4, 2);
        run(50);
        assertThat(next.completed()).isTrue();
    }

    @Test
    void finishesWhatIsLiveAndRefusesTheRestWhenItShutsDown() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        start(mesh, new PipelineSettings(1, 0, 1, 2, 16, 0, 0, Duration.ZERO, TestRing.PATIENCE), 1_000_000, time);
        Reader live = open(4, 3);
        Reader queued = open(4, 3);

        StepVerifier.create(batcher.shutdown(Duration.ofSeconds(5)))
                .then(() -> {
                    Reader late = open(4, 3);
                    time.advanceTime();
                    assertThat(queued.failure().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
                    assertThat(late.failure().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
                    run(50);
                })
                .expectComplete()
                .verify(TestRing.PATIENCE);
        time.advanceTime();
        assertThat(live.ids()).hasSize(3);
        assertThat(live.completed()).isTrue();
        assertThat(mesh.disconnections()).isEqualTo(1);
    }

    @Test
    void refusesRequestsAfterAShutdownThatWaitedForNobody() {
        for (int i = 0; i < 100; i++) { // the grace was over before the refusing began, now and then
            start(new HeldMesh(1, 64), settings(1), 1_000_000, Schedulers.parallel());
            batcher.shutdown(Duration.ZERO).block(TestRing.PATIENCE);
            StepVerifier.create(batcher.open(request(4, 3, false, -1)))
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOfSatisfying(
                                    ExofluxException.class,
                                    told -> assertThat(told.code()).isEqualTo(ErrorCode.SHUTTING_DOWN)))
                    .verify(TestRing.PATIENCE);
        }
    }

    @Test
    void endsWhatIsLiveWhenTheGraceIsOver() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        start(mesh, PipelineSettings.DEFAULTS, 1_000_000, time);
        Reader stalled = open(4, 3, 0);
        time.advanceTime();

        StepVerifier.create(batcher.shutdown(Duration.ofSeconds(5)))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(4_999)))
                .then(() -> assertThat(stalled.error()).isNull())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectComplete()
                .verify(TestRing.PATIENCE);
        time.advanceTime();
        assertThat(stalled.failure().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }
}
