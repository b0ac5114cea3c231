package dev.exoflux.mesh.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Where an answer goes when its route fails, and when it gives up. */
final class RoutedAnswerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Sinks.Many<Answers> routes = Sinks.many().replay().latest();
    private final ScriptedAnswers first = new ScriptedAnswers();
    private final ScriptedAnswers second = new ScriptedAnswers();

    private Flux<SequenceToken> answer() {
        return answer(false);
    }

    private Flux<SequenceToken> answer(boolean echo) {
        SequenceRequest request =
                new SequenceRequest(new int[] {1, 2, 3}, SamplingSettings.GREEDY, 100, Set.of(9), echo);
        return Flux.defer(() -> new RoutedAnswer(request, routes::asFlux, PATIENCE, time).tokens());
    }

    private void offer(Answers route) {
        routes.tryEmitNext(route).orThrow();
    }

    private static Consumer<Throwable> failure(ErrorCode code, String... says) {
        return failure -> {
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            ExofluxException.class,
                            told -> assertThat(told.code()).isEqualTo(code));
            assertThat(failure).hasMessageContainingAll(says);
        };
    }

    @AfterEach
    void leavesNothingBehind() {
        assertThat(routes.currentSubscriberCount()).isZero();
        time.dispose();
    }

    @Test
    void answersAtTheNewestRoute() {
        offer(first);
        offer(second);
        StepVerifier.create(answer())
                .then(() -> second.say(4, 5))
                .expectNext(ScriptedAnswers.token(4), ScriptedAnswers.token(5))
                .then(() -> second.stream().next(ScriptedAnswers.last(9)))
                .expectNext(ScriptedAnswers.last(9))
                .expectComplete()
                .verify(BOUND);
        assertThat(first.opened()).isZero();
        assertThat(second.fresh()).isTrue();
    }

    @Test
    void waitsForTheFirstRouteAsLongAsItsPatienceLasts() {
        StepVerifier.create(answer())
                .then(() -> time.advanceTimeBy(PATIENCE.minusMillis(1)))
                .then(() -> offer(first))
                .then(() -> first.say(4))
                .expectNext(ScriptedAnswers.token(4))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void saysThatThereIsNoRoute() {
        StepVerifier.create(answer())
                .then(() -> time.advanceTimeBy(PATIENCE))
                .expectErrorSatisfies(failure(ErrorCode.LOADING, "within 10000 ms", "\nMaybe"))
                .verify(BOUND);
    }

    @Test
    void goesOnAtTheNextRouteWhereItWas() {
        offer(first);
        StepVerifier.create(answer(true))
                .then(() -> {
                    first.stream().next(new SequenceToken(1, true, null, 0, null));
                    first.stream().next(new SequenceToken(2, true, null, 0, null));
                    first.fail(ErrorCode.PEER_LOST);
                })
                .expectNextCount(2)
                .then(() -> offer(second))
                .then(() -> {
                    assertThat(second.resumed().echoed()).isEqualTo(2);
                    assertThat(second.resumed().answer()).isEmpty();
                    second.stream().next(new SequenceToken(3, true, null, 0, null));
                    second.say(4, 5);
                    second.fail(ErrorCode.SHUTTING_DOWN);
                })
                .expectNextCount(3)
                .then(() -> offer(first))
                .then(() -> {
                    assertThat(first.resumed().echoed()).isEqualTo(3);
                    assertThat(first.resumed().answer()).containsExactly(4, 5);
                })
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void asksTheNextRouteForWhatIsOwed() {
        offer(first);
        StepVerifier.create(answer(), 7)
                .then(() -> first.stream().assertMinRequested(7))
                .then(() -> first.say(4, 4, 4))
                .expectNextCount(3)
                .then(() -> offer(second))
                .then(() -> first.fail(ErrorCode.PEER_LOST))
                .then(() -> second.stream().assertMinRequested(4))
                .then(() -> second.stream().assertMaxRequested(4))
                .then(() -> second.say(5, 5, 5, 5))
                .expectNextCount(4)
                .then(() -> second.fail(ErrorCode.PEER_LOST)) // nothing is owed: it waits for its reader
                .then(() -> time.advanceTimeBy(Duration.ofMillis(50)))
                .then(() -> assertThat(second.resumed().answer()).hasSize(7))
                .then(() -> second.stream().assertMaxRequested(0))
                .thenRequest(2)
                .then(() -> second.stream().assertMaxRequested(2))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void triesTheSameRouteAgainAfterPausesThatGrow() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> {
                    for (int pause : new int[] {50, 100, 200, 400, 800, 1000, 1000}) {
                        pausesFor(pause);
                    }
                    first.say(4);
                })
                .expectNextCount(1)
                .then(() -> pausesFor(50))
                .thenCancel()
                .verify(BOUND);
    }

    private void pausesFor(int millis) {
        int opened = first.opened();
        first.fail(ErrorCode.LOADING);
        time.advanceTimeBy(Duration.ofMillis(millis - 1));
        assertThat(first.opened()).as("before %d ms", millis).isEqualTo(opened);
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(first.opened()).as("after %d ms", millis).isEqualTo(opened + 1);
    }

    @Test
    void takesANewRouteInTheMiddleOfAPause() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> {
                    first.fail(ErrorCode.PEER_LOST);
                    for (int i = 0; i < 4; i++) {
                        time.advanceTimeBy(Duration.ofSeconds(1));
                        first.fail(ErrorCode.PEER_LOST); // nobody is there
                    }
                    time.advanceTimeBy(Duration.ofMillis(51));
                    offer(second);
                    assertThat(second.opened()).isEqualTo(1);
                })
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void triesNoTwoRoutesInAHotLoop() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> {
                    first.fail(ErrorCode.RING_UNKNOWN);
                    offer(second);
                    second.fail(ErrorCode.RING_UNKNOWN);
                    offer(first);
                    assertThat(first.opened()).isEqualTo(1);
                    time.advanceTimeBy(Duration.ofMillis(50));
                    assertThat(first.opened()).isEqualTo(2);
                })
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void leavesAPeerThatSaysNothingForTheNextRoute() {
        offer(first);
        StepVerifier.create(answer(), 5)
                .then(() -> {
                    first.fail(ErrorCode.PEER_LOST);
                    time.advanceTimeBy(Duration.ofMillis(50)); // and is asked again
                    offer(second);
                    first.stream().assertCancelled();
                    time.advanceTimeBy(Duration.ofMillis(50));
                    second.stream().assertMinRequested(5);
                    second.stream().assertMaxRequested(5);
                    second.say(4);
                })
                .expectNextCount(1)
                .then(() -> offer(first))
                .then(() -> assertThat(first.opened())
                        .as("one that works is not left")
                        .isEqualTo(2))
                .thenCancel()
                .verify(BOUND);
        second.stream().assertCancelled();
    }

    @Test
    void givesUpWhenItsPatienceIsOver() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> first.say(4))
                .expectNextCount(1)
                .then(() -> time.advanceTimeBy(Duration.ofHours(1))) // the reader may be slow, or the prompt long
                .then(() -> {
                    first.fail(ErrorCode.PEER_LOST);
                    for (int i = 0; i < 20; i++) {
                        time.advanceTimeBy(Duration.ofSeconds(1));
                        if (first.stream().wasSubscribed()) {
                            first.fail(ErrorCode.PEER_LOST);
                        }
                    }
                })
                .expectErrorSatisfies(failure(ErrorCode.PEER_LOST, "PEER_LOST here. No peer", "10000 ms", "\nMaybe"))
                .verify(BOUND);
        assertThat(first.opened()).isBetween(10, 20);
    }

    @Test
    void leavesARouteThatWorksAlone() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> first.say(4))
                .then(() -> offer(second))
                .then(() -> time.advanceTimeBy(Duration.ofHours(1)))
                .then(() -> first.say(5))
                .expectNextCount(2)
                .then(() -> assertThat(second.opened()).isZero())
                .thenCancel()
                .verify(BOUND);
        first.stream().assertCancelled();
    }

    @Test
    void endsAtTheFifthPeerThatIsLostWithoutATokenInBetween() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> {
                    ScriptedAnswers fourth = lose(lose(lose(lose(first))));
                    fourth.say(4);
                    ScriptedAnswers eighth = lose(lose(lose(lose(fourth))));
                    assertThat(eighth.resumed().answer()).containsExactly(4);
                    eighth.fail(ErrorCode.PEER_LOST);
                })
                .expectNextCount(1)
                .expectErrorSatisfies(failure(ErrorCode.INTERNAL, "5 peers were lost", "PEER_LOST here.", "\nMaybe"))
                .verify(BOUND);
    }

    /** A peer is lost, and another takes the answer. */
    private ScriptedAnswers lose(ScriptedAnswers peer) {
        ScriptedAnswers next = new ScriptedAnswers();
        peer.fail(ErrorCode.PEER_LOST);
        offer(next);
        time.advanceTimeBy(Duration.ofMillis(50));
        assertThat(next.opened()).isEqualTo(1);
        return next;
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PEER_LOST", "RING_UNKNOWN", "SHUTTING_DOWN", "LOADING", "NO_PEERS"})
    void passesOnWhatMovingDoesNotMend(ErrorCode code) {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> first.fail(code))
                .expectErrorSatisfies(failure(code, code + " here."))
                .verify(BOUND);
    }

    @Test
    void waitsForAPlaceWhenItHasBegun() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> first.say(4))
                .expectNextCount(1)
                .then(() -> {
                    first.fail(ErrorCode.PEER_LOST);
                    offer(second);
                    second.fail(ErrorCode.OVERLOADED);
                    time.advanceTimeBy(Duration.ofMillis(100));
                    assertThat(second.opened()).isEqualTo(2);
                    second.stream().next(ScriptedAnswers.last(9));
                })
                .expectNextCount(1)
                .expectComplete()
                .verify(BOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"works", "waits", "pauses"})
    void endsAtOnceWhenThereWillBeNoRoute(String state) {
        if (!state.equals("waits")) {
            offer(first);
        }
        StepVerifier.create(answer())
                .then(() -> {
                    if (state.equals("pauses")) {
                        first.fail(ErrorCode.PEER_LOST);
                    }
                    routes.tryEmitError(new ExofluxException(ErrorCode.INSUFFICIENT_MEMORY, "It fits nowhere."))
                            .orThrow();
                })
                .expectErrorSatisfies(failure(ErrorCode.INSUFFICIENT_MEMORY, "It fits nowhere."))
                .verify(BOUND);
        if (state.equals("works")) {
            first.stream().assertCancelled();
        }
    }

    @Test
    void saysThatNobodyWillAnswerWhereTheRoutesEndWithoutOne() {
        routes.tryEmitComplete().orThrow();
        StepVerifier.create(answer())
                .expectErrorSatisfies(failure(ErrorCode.NO_PEERS, "\nMaybe"))
                .verify(BOUND);
    }

    @Test
    void goesOnWhereTheRoutesHaveEndedWithOne() {
        offer(first);
        routes.tryEmitComplete().orThrow();
        StepVerifier.create(answer())
                .then(() -> first.fail(ErrorCode.PEER_LOST))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(50)))
                .then(() -> first.stream().next(ScriptedAnswers.last(9)))
                .expectNextCount(1)
                .expectComplete()
                .verify(BOUND);
    }

    @Test
    void isCompleteWithItsLastTokenWhateverBecomesOfTheRoute() {
        offer(first);
        StepVerifier.create(answer())
                .then(() -> first.stream().next(ScriptedAnswers.last(9)))
                .expectNextCount(1)
                .expectComplete()
                .verify(BOUND);
        first.stream().assertCancelled();
    }

    @Test
    void saysOfTheCacheWhatTheFirstRouteSaid() {
        offer(first);
        StepVerifier.create(answer().map(SequenceToken::cachedTokens))
                .then(() -> first.stream().next(new SequenceToken(4, false, null, 2, null)))
                .expectNext(2)
                .then(() -> offer(second))
                .then(() -> first.fail(ErrorCode.PEER_LOST))
                .then(() -> second.say(5))
                .expectNext(2)
                .thenCancel()
                .verify(BOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"works", "waits", "pauses"})
    void leavesNothingBehindWhenItsReaderLeaves(String state) {
        if (!state.equals("waits")) {
            offer(first);
        }
        StepVerifier.create(answer())
                .then(() -> {
                    if (state.equals("pauses")) {
                        first.fail(ErrorCode.PEER_LOST);
                    }
                })
                .thenCancel()
                .verify(BOUND);
        if (state.equals("works")) {
            first.stream().assertCancelled();
        }
    }
}
