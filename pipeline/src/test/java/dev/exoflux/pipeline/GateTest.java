package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Who is let into a pipeline, and who waits. */
final class GateTest {

    private static final Token TOKEN = new Token(1, "a", false, null, null);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Deque<Sinks.Many<Token>> inside = new ArrayDeque<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Gate gate = new Gate(
            "careful-chat",
            request -> Flux.defer(() -> {
                asked.incrementAndGet();
                Sinks.Many<Token> answer = Sinks.many().unicast().onBackpressureBuffer();
                inside.add(answer);
                return answer.asFlux();
            }),
            2,
            2,
            time);

    private static GenerationRequest request(Scheduling scheduling) {
        return new GenerationRequest(
                        "careful-chat", new Prompt.Text("Hi"), SamplingSettings.GREEDY, 10, List.of(), false, false)
                .withScheduling(scheduling);
    }

    private Mono<List<Token>> ask(Priority priority) {
        return gate.generate(request(Scheduling.DEFAULT.withPriority(priority))).collectList();
    }

    private void finishOne() {
        Sinks.Many<Token> answer = inside.remove();
        answer.tryEmitNext(TOKEN).orThrow();
        answer.tryEmitComplete().orThrow();
    }

    @Test
    void letsSoManyInAndHasOthersWaitAndRefusesTheRest() {
        var first = ask(Priority.NORMAL).toFuture();
        var second = ask(Priority.NORMAL).toFuture();
        var third = ask(Priority.NORMAL).toFuture();
        var fourth = ask(Priority.NORMAL).toFuture();
        StepVerifier.create(ask(Priority.NORMAL))
                .expectErrorSatisfies(refused -> {
                    assertThat(((ExofluxException) refused).code()).isEqualTo(ErrorCode.OVERLOADED);
                    assertThat(refused).hasMessageContaining("careful-chat answers 2 requests and 2 are waiting");
                })
                .verify();
        assertThat(gate.metrics()).isEqualTo(new Gate.Metrics(2, 2, 2, 2));
        assertThat(asked).hasValue(2);
        finishOne();
        assertThat(first).isCompletedWithValue(List.of(TOKEN));
        assertThat(gate.metrics()).isEqualTo(new Gate.Metrics(2, 1, 2, 2));
        finishOne();
        finishOne();
        finishOne();
        assertThat(List.of(second, third, fourth)).allMatch(answer -> answer.isDone());
        assertThat(gate.metrics()).isEqualTo(new Gate.Metrics(0, 0, 2, 2));
    }

    @Test
    void givesPlacesAndTurnsOfThoseWhoLeaveToOthers() {
        var first = ask(Priority.NORMAL).subscribe();
        ask(Priority.NORMAL).subscribe();
        var waiting = ask(Priority.NORMAL).subscribe();
        ask(Priority.NORMAL).subscribe();
        waiting.dispose();
        assertThat(gate.metrics().waiting()).isEqualTo(1);
        first.dispose();
        assertThat(gate.metrics()).isEqualTo(new Gate.Metrics(2, 0, 2, 2));
        inside.getLast().tryEmitError(new IllegalStateException("failed"));
        assertThat(gate.metrics().running()).isEqualTo(1);
    }

    @Test
    void aHigherPriorityGoesFirstAndTakesThePlaceOfALowerOneThatWaits() {
        ask(Priority.NORMAL).subscribe();
        ask(Priority.NORMAL).subscribe();
        ask(Priority.NORMAL).subscribe();
        StepVerifier.create(ask(Priority.LOW))
                .then(() -> ask(Priority.HIGH).subscribe())
                .expectErrorMatches(refused -> ((ExofluxException) refused).code() == ErrorCode.OVERLOADED)
                .verify();
    }

    @Test
    void oneThatWaitsTooLongIsRefused() {
        ask(Priority.NORMAL).subscribe();
        ask(Priority.NORMAL).subscribe();
        Instant deadline = Instant.ofEpochMilli(500);
        StepVerifier.create(gate.generate(request(Scheduling.DEFAULT.withDeadline(deadline))))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(499)))
                .then(() -> assertThat(gate.metrics().waiting()).isEqualTo(1))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectErrorSatisfies(late -> {
                    assertThat(((ExofluxException) late).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
                    assertThat(late).hasMessageContaining("1970-01-01T00:00:00.500Z");
                })
                .verify(Duration.ofSeconds(5));
        assertThat(gate.metrics().waiting()).isZero();
        StepVerifier.create(gate.generate(request(Scheduling.DEFAULT.withDeadline(deadline))))
                .expectErrorMatches(late -> ((ExofluxException) late).code() == ErrorCode.DEADLINE_EXCEEDED)
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void passesDemandOnWhenTheRequestIsInside() {
        StepVerifier.create(gate.generate(request(Scheduling.DEFAULT)), 1)
                .then(() -> inside.getFirst().tryEmitNext(TOKEN))
                .expectNext(TOKEN)
                .then(() -> inside.getFirst().tryEmitNext(TOKEN))
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(1)
                .expectNext(TOKEN)
                .thenCancel()
                .verify(Duration.ofSeconds(5));
        assertThat(gate.metrics().running()).isZero();
    }

    @Test
    void oneThatHangsInsideEndsAWhileAfterItsDeadline() {
        Instant deadline = Instant.ofEpochMilli(500);
        StepVerifier.create(gate.generate(request(Scheduling.DEFAULT.withDeadline(deadline))))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(749)))
                .then(() -> assertThat(gate.metrics().running()).isEqualTo(1))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectErrorMatches(late -> ((ExofluxException) late).code() == ErrorCode.DEADLINE_EXCEEDED)
                .verify(Duration.ofSeconds(5));
        assertThat(gate.metrics().running()).isZero();
    }
}
