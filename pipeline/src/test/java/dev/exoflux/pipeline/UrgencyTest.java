package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What priorities and deadlines of requests do, step by step. */
final class UrgencyTest extends HeldBatcher {

    private Reader open(int promptTokens, int maxTokens, Priority priority) {
        return open(
                request(promptTokens, maxTokens, false, -1).scheduled(Scheduling.DEFAULT.withPriority(priority)),
                Long.MAX_VALUE);
    }

    private Reader openUntil(int millis, int promptTokens, int maxTokens) {
        return open(
                request(promptTokens, maxTokens, false, -1)
                        .scheduled(Scheduling.DEFAULT.withDeadline(Instant.ofEpochMilli(millis))),
                Long.MAX_VALUE);
    }

    @Test
    void placesGoToPrioritiesByTheirWeightsAndEveryoneGetsOne() {
        places(1, 100, 1_000_000);
        List<Reader> low = new ArrayList<>();
        List<Reader> high = new ArrayList<>();
        open(4, 1);
        for (int i = 0; i < 20; i++) {
            low.add(open(4, 1, Priority.LOW));
            high.add(open(4, 1, Priority.HIGH));
        }
        for (int i = 0; i < 11; i++) {
            mesh.answer(mesh.batch(), 50);
            mesh.send(mesh.retirement());
        }
        assertThat(high.stream().filter(Reader::completed)).hasSize(8);
        assertThat(low.stream().filter(Reader::completed)).hasSize(2);
        run(50);
        assertThat(low).allMatch(Reader::completed);
    }

    @Test
    void aFullQueueMakesRoomForWhatIsMoreUrgent() {
        places(1, 2, 1_000_000);
        open(4, 1);
        Reader normal = open(4, 1);
        Reader low = open(4, 1, Priority.LOW);
        Reader high = open(4, 1, Priority.HIGH);
        assertThat(low.failure().code()).isEqualTo(ErrorCode.OVERLOADED);
        Reader another = open(4, 1, Priority.LOW);
        assertThat(another.failure().code()).isEqualTo(ErrorCode.OVERLOADED);
        run(50);
        assertThat(List.of(normal, high)).allMatch(Reader::completed);
    }

    @Test
    void theChunkOfAPassIsDealtOutByPriority() {
        open(400, 1, Priority.LOW);
        open(400, 1, Priority.HIGH);
        int low = 0;
        int high = 0;
        for (int pass = 0; pass < 10; pass++) {
            TokenBatch batch = mesh.batch();
            assertThat(batch.ids()).hasSizeLessThanOrEqualTo(16);
            low += rows(batch, 1);
            high += rows(batch, 2);
            mesh.answer(batch);
        }
        assertThat(high).isBetween(3 * low, 5 * low);
        assertThat(low).isPositive();
    }

    private static int rows(TokenBatch batch, long sequence) {
        return batch.spans().stream()
                .filter(span -> span.sequence() == sequence)
                .mapToInt(Span::count)
                .sum();
    }

    @Test
    void oneThatIsLateBeforeItBeginsIsRefused() {
        clock.advance(Duration.ofMillis(100));
        Reader late = openUntil(100, 4, 1);
        assertThat(late.failure().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(late.failure()).hasMessageContaining("1970-01-01T00:00:00.100Z", "waited for its turn");
        assertThat(mesh.connections()).isZero();
    }

    @Test
    void oneThatWaitsTooLongIsRefusedAndTheOthersStay() {
        places(1, 4, 1_000_000);
        Reader live = open(4, 1);
        Reader hurried = openUntil(100, 4, 1);
        Reader patient = openUntil(200, 4, 1);
        clock.advance(Duration.ofMillis(100));
        assertThat(hurried.failure()).hasMessageContaining("waited for its turn");
        assertThat(hurried.failure().parameter()).isEqualTo("deadline");
        assertThat(batcher.metrics().queued()).isEqualTo(1);
        run(50);
        assertThat(List.of(live, patient)).allMatch(Reader::completed);
        assertThat(clock.waiting()).as("timers of those that have ended").isZero();
    }

    @Test
    void oneThatRunsTooLongEndsAndFreesItsPlace() {
        Reader hurried = openUntil(100, 4, 50);
        Reader other = open(4, 3);
        mesh.answer(mesh.batch(), 50);
        clock.advance(Duration.ofMillis(100));
        assertThat(hurried.ids()).containsExactly(50);
        assertThat(hurried.failure().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(hurried.failure()).hasMessageContaining("before its answer had ended");
        run(50);
        assertThat(other.completed()).isTrue();
        assertThat(other.ids()).hasSize(3);
        assertThat(batcher.metrics().reservedBytes()).isZero();
    }

    @Test
    void whatNeverCameToABatcherEndsALittleLater() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        StepVerifier.create(Deadlines.enforced(Flux.never(), Instant.ofEpochMilli(100), time))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(349)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectErrorMatches(late -> ((ExofluxException) late).code() == ErrorCode.DEADLINE_EXCEEDED)
                .verify(TestRing.PATIENCE);
    }

    @Test
    void aCancelledOneHasNoTimer() {
        openUntil(100, 4, 50).cancel();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void theSmallestChunkOfThoseUnderWayHolds() {
        Reader bounded = open(
                request(4, 3, false, -1).scheduled(Scheduling.DEFAULT.within(5, Scheduling.AS_THE_MODEL)),
                Long.MAX_VALUE);
        open(100, 1);
        List<Integer> chunks = new ArrayList<>();
        while (!bounded.completed()) {
            TokenBatch batch = mesh.batch();
            chunks.add(rows(batch, 2));
            mesh.answer(batch, outputs(batch, 50));
        }
        mesh.retirement();
        chunks.add(rows(mesh.batch(), 2));
        assertThat(chunks).containsExactly(0, 5, 5, 16);
    }
}
