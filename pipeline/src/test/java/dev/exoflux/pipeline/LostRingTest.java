package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What becomes of answers when their ring is lost, or another takes its place. */
final class LostRingTest extends HeldBatcher {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final HeldMesh first = new HeldMesh(1, 64);
    private final HeldMesh second = new HeldMesh(2, 64);
    private Sinks.Many<Mesh> rings = Sinks.many().replay().latest();
    private int subscriptions;

    @BeforeEach
    void start() {
        PipelineSettings settings = new PipelineSettings(1, 0, 4, 2, 16, 0, 0, Duration.ZERO, PATIENCE);
        Rings source = () -> Flux.defer(() -> {
            subscriptions++;
            return rings.asFlux();
        });
        batcher = new Batcher(
                source, settings, new CacheBudget(1_000_000, new CacheCost(1, 1)), time, Proposers.WITHOUT_MODELS);
        offer(first);
    }

    @AfterEach
    void stop() {
        batcher.shutdown(Duration.ZERO).subscribe();
        time.advanceTime();
        time.dispose();
    }

    private void offer(HeldMesh ring) {
        rings.tryEmitNext(ring).orThrow();
        mesh = ring;
    }

    private void lose(HeldMesh ring) {
        ring.fail(new ExofluxException(ErrorCode.PEER_LOST, "A peer is lost.\nMaybe it stopped."));
        ring.discard();
    }

    /** Answers what is held at the ring in use with one token for each output. */
    private void say(int token) {
        TokenBatch batch = mesh.batch();
        mesh.answer(batch, outputs(batch, token));
        time.advanceTime();
    }

    @Test
    void goesOnOnTheNextRingWhereItWas() {
        Reader reader = open(20, 10);
        say(50); // a chunk of the prompt
        say(50);
        say(51);
        offer(second);
        lose(first);

        assertThat(first.disconnections()).as("it ended by itself").isZero();
        TokenBatch chunk = mesh.batch();
        assertThat(counts(chunk)).containsExactly(16);
        assertThat(chunk.spans().getFirst().settings()).isNotNull();
        mesh.answer(chunk);
        TokenBatch rest = mesh.batch();
        assertThat(counts(rest)).as("prompt, and what was answered").containsExactly(6);
        assertThat(rest.ids()).endsWith(50, 51);
        mesh.answer(rest, 52);
        time.advanceTime();
        assertThat(reader.ids()).containsExactly(50, 51, 52);
        assertThat(batcher.metrics().recoveries()).isEqualTo(1);
    }

    @Test
    void laysItsRingAgainAtOnceAndThenAfterPausesThatGrow() {
        HeldMesh asleep = new HeldMesh(1, 0);
        offer(asleep);
        Reader reader = open(4, 10);
        lose(asleep);
        assertThat(asleep.connections()).isEqualTo(2);
        for (int pause : new int[] {50, 100, 200, 400, 800, 1000, 1000}) {
            int connections = asleep.connections();
            lose(asleep);
            time.advanceTimeBy(Duration.ofMillis(pause - 1));
            assertThat(asleep.connections()).as("before %d ms", pause).isEqualTo(connections);
            time.advanceTimeBy(Duration.ofMillis(1));
            assertThat(asleep.connections()).as("after %d ms", pause).isEqualTo(connections + 1);
        }
        asleep.request(1); // there it is
        say(50);
        assertThat(reader.ids()).containsExactly(50);
    }

    @Test
    void takesAnotherRingInTheMiddleOfAPause() {
        Reader reader = open(4, 10);
        say(50);
        lose(first);
        lose(first);
        lose(first);
        first.discard();
        offer(second);
        say(51);
        assertThat(reader.ids()).containsExactly(50, 51);
    }

    @Test
    void endsAnswersWhenNoRingComesInTimeAndBeginsAnewWithTheNextRequest() {
        rings = Sinks.many().replay().latest(); // none yet
        Reader waiting = open(4, 10);
        time.advanceTimeBy(PATIENCE.minusMillis(1));
        assertThat(waiting.error()).isNull();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(waiting.failure().code()).isEqualTo(ErrorCode.LOADING);
        assertThat(waiting.failure()).hasMessageContaining("10000 ms").hasMessageContaining("\nMaybe");

        Reader next = open(4, 10);
        time.advanceTimeBy(PATIENCE.minusMillis(1));
        offer(second);
        say(50);
        assertThat(next.ids()).containsExactly(50);
    }

    @Test
    void hasItsWholePatienceForARequestThatComesLongAfterTheLoss() {
        HeldMesh asleep = new HeldMesh(1, 0);
        offer(asleep);
        open(4, 1).cancel();
        lose(asleep);
        time.advanceTimeBy(PATIENCE.minusMillis(1)); // while nobody waits
        Reader reader = open(4, 10);
        time.advanceTimeBy(PATIENCE.minusMillis(1));
        assertThat(reader.error()).isNull();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(reader.failure()).hasMessageContaining("A peer is lost. No ring of peers came back within 10000 ms");
        assertThat(reader.failure().code()).isEqualTo(ErrorCode.PEER_LOST);
    }

    @Test
    void waitsForARingThoughTheOneWhoWaitedFirstHasLeft() {
        rings = Sinks.many().replay().latest();
        Reader leaving = open(4, 10);
        leaving.cancel();
        time.advanceTimeBy(PATIENCE.minusMillis(1));
        Reader staying = open(4, 10);
        time.advanceTimeBy(PATIENCE.minusMillis(1));
        assertThat(staying.error()).isNull();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(staying.failure().code()).isEqualTo(ErrorCode.LOADING);
    }

    @Test
    void endsAnAnswerThatFiveRingsWereLostWith() {
        Reader poison = open(4, 10);
        say(50);
        for (int i = 0; i < 5; i++) {
            assertThat(poison.error()).as("after %d losses", i).isNull();
            HeldMesh lost = mesh;
            offer(new HeldMesh(1, 64));
            lose(lost);
            time.advanceTime();
        }
        assertThat(poison.failure().code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(poison.failure().code().retryable()).isFalse();
        assertThat(poison.failure())
                .hasMessageContaining("5 rings were lost")
                .hasMessageContaining("A peer is lost.\n");
        assertThat(batcher.metrics().live()).isZero();
        Reader other = open(4, 10);
        say(60);
        assertThat(other.ids()).containsExactly(60);
    }

    @Test
    void movesWhenAllThatTravelsHasComeHome() {
        Reader reader = open(4, 10);
        Reader slow = open(4, 10, 1);
        say(50);
        say(60);
        assertThat(slow.ids()).containsExactly(60);
        TokenBatch travelling = first.batch();
        offer(second);
        assertThat(second.connections()).isZero();
        first.answer(travelling, outputs(travelling, 51));
        time.advanceTime();

        assertThat(first.disconnections()).isEqualTo(1);
        assertThat(first.held()).as("nothing more is sent there").isZero();
        assertThat(second.connections()).isEqualTo(1);
        say(52);
        assertThat(reader.ids()).startsWith(50).endsWith(51, 52);
        assertThat(slow.ids()).containsExactly(60);
    }

    @Test
    void staysWhereTheRingIsOfferedAgain() {
        open(4, 10);
        say(50);
        offer(second);
        offer(first);
        say(51);
        assertThat(first.held()).isEqualTo(1);
        assertThat(second.connections()).isZero();
    }

    @Test
    void echoesAndScoresNoTokenOfAPromptTwice() {
        Reader reader = open(request(20, 1, true, 2), 100);
        int[] prompt = TestRing.prompt(20, 1);
        TokenBatch chunk = first.batch();
        first.answer(chunk, Arrays.copyOfRange(prompt, 1, 17));
        time.advanceTime();
        assertThat(reader.ids()).hasSize(17);
        offer(second);
        lose(first);
        mesh.answer(mesh.batch()); // what need not be scored again
        TokenBatch scored = mesh.batch();
        assertThat(scored.spans().getFirst().position()).isEqualTo(16);
        assertThat(scored.spans().getFirst().outputs()).isEqualTo(4);
        mesh.answer(scored, prompt[17], prompt[18], prompt[19], 50);
        time.advanceTime();
        assertThat(reader.ids()).hasSize(21).endsWith(prompt[18], prompt[19], 50);
        assertThat(reader.completed()).isTrue();
    }

    @Test
    void endsAllAnswersWhenThereWillBeNoRingAndAsksAgainForTheNext() {
        Reader live = open(4, 10);
        List<Reader> others = List.of(open(4, 9, 0), open(4, 9, 0), open(4, 9, 0), open(4, 9, 0)); // the last one waits
        say(50);
        rings.tryEmitError(new ExofluxException(ErrorCode.INSUFFICIENT_MEMORY, "It fits nowhere."))
                .orThrow();
        time.advanceTime();
        assertThat(live.failure()).hasMessage("It fits nowhere.");
        assertThat(others).allMatch(reader -> reader.failure().code() == ErrorCode.INSUFFICIENT_MEMORY);
        assertThat(first.disconnections()).isEqualTo(1);

        rings = Sinks.many().replay().latest();
        offer(second);
        Reader next = open(4, 10);
        say(60);
        assertThat(next.ids()).containsExactly(60);
        assertThat(subscriptions).isEqualTo(2);
    }

    @Test
    void repeatsNothingToAPeerThatDoesNotUnderstand() {
        Reader reader = open(4, 10);
        first.fail(new ExofluxException(ErrorCode.PROTOCOL, "Versions differ."));
        time.advanceTime();
        assertThat(reader.failure().code()).isEqualTo(ErrorCode.PROTOCOL);
        assertThat(first.connections()).isEqualTo(1);
    }

    @Test
    void letsReadersLeaveWhileThereIsNoRing() {
        Reader reader = open(4, 10);
        say(50);
        lose(first);
        lose(first);
        lose(first);
        reader.cancel();
        assertThat(batcher.metrics().live()).isZero();
        assertThat(batcher.metrics().queued()).isZero();
        assertThat(batcher.metrics().reservedBytes()).isZero();
        time.advanceTimeBy(PATIENCE);
        assertThat(reader.ids()).containsExactly(50);
    }
}
