package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import dev.exoflux.pipeline.Token.FinishReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a batcher makes of proposals, step by step. */
final class DraftingTest extends HeldBatcher {

    private final List<int[]> asked = new ArrayList<>();
    private final List<Scheduling> scheduled = new ArrayList<>();
    private final List<Sinks.One<int[]>> answers = new ArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @BeforeEach
    void begin() {
        speculate(this::held, time);
    }

    /** Proposals that the test makes. */
    private Mono<int[]> held(int[] tokens, SamplingSettings sampling, Scheduling scheduling, int most) {
        Sinks.One<int[]> answer = Sinks.one();
        asked.add(tokens);
        scheduled.add(scheduling);
        answers.add(answer);
        return answer.asMono().doOnCancel(cancelled::incrementAndGet);
    }

    private Reader speculating(int promptTokens, int maxTokens, long demand) {
        return open(request(promptTokens, maxTokens, false, -1).speculating(Speculation.by("draft", 4)), demand);
    }

    /** A prompt of four tokens and an answer. */
    private static int[] sofar(int... answer) {
        int[] all = Arrays.copyOf(TestRing.prompt(4, 1), 4 + answer.length);
        System.arraycopy(answer, 0, all, 4, answer.length);
        return all;
    }

    private void propose(int... ids) {
        answers.removeFirst().tryEmitValue(ids).orThrow();
    }

    @Test
    void sendsProposalsWithTheNewestTokenAndTakesWhatHolds() {
        Reader reader = speculating(4, 10, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        assertThat(mesh.held()).as("it waits for proposals").isZero();
        assertThat(asked.getFirst()).containsExactly(sofar(50));
        propose(51, 52, 53);

        TokenBatch batch = mesh.batch();
        assertThat(batch.spans()).containsExactly(new Span(1, 4, 4, 4, Span.UNKNOWN, null, 3));
        assertThat(batch.ids()).containsExactly(50, 51, 52, 53);
        mesh.verify(batch, 51, 52, 60);

        assertThat(reader.ids()).containsExactly(50, 51, 52, 60);
        assertThat(reader.tokens().getLast().speculated()).isEqualTo(new Speculated(3, 2));
        assertThat(batcher.metrics().sequences().getFirst())
                .returns(4, BatcherMetrics.Live::answered)
                .returns(2, BatcherMetrics.Live::steps)
                .returns(new Speculated(3, 2), BatcherMetrics.Live::speculated);
        propose();
        assertThat(mesh.batch().spans()).containsExactly(new Span(1, 7, 1, 1, Span.UNKNOWN, null));
    }

    @Test
    void endsWhereAnAcceptedProposalEndsTheAnswer() {
        Reader reader = speculating(4, 100, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        propose(51, EOS, 53);
        mesh.verify(mesh.batch(), 51, EOS, 53, 54);

        assertThat(reader.ids()).containsExactly(50, 51, EOS);
        assertThat(reader.tokens().getLast().finish()).isEqualTo(FinishReason.STOP);
        assertThat(reader.completed()).isTrue();
        assertThat(mesh.retirement().sequence()).isEqualTo(1);
    }

    @Test
    void proposesNoMoreThanMayBeHandedOut() {
        Reader reader = speculating(4, 100, 3);
        mesh.answer(mesh.batch(), 50);
        propose(51, 52, 53, 54);
        TokenBatch two = mesh.batch();
        assertThat(two.ids()).containsExactly(50, 51);
        mesh.verify(two, 51, 52);
        assertThat(mesh.held()).as("nobody asked for more").isZero();
        assertThat(asked).hasSize(1);

        reader.request(1);
        assertThat(asked).as("a proposal could not be handed out").hasSize(1);
        TokenBatch one = mesh.batch();
        assertThat(one.ids()).containsExactly(52);
        mesh.answer(one, 53);
        assertThat(reader.ids()).containsExactly(50, 51, 52, 53);
    }

    @Test
    void neverComputesBeyondTheLastToken() {
        Reader reader = speculating(4, 3, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        propose(51, 52, 53, 54);
        TokenBatch last = mesh.batch();
        assertThat(last.ids()).containsExactly(50, 51);
        mesh.verify(last, 51, 52);
        assertThat(reader.ids()).containsExactly(50, 51, 52);
        assertThat(reader.tokens().getLast().finish()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void sequencesThatCameTogetherGoOnTogether() {
        speculating(4, 100, Long.MAX_VALUE);
        speculating(4, 100, Long.MAX_VALUE);
        open(4, 100);
        mesh.answer(mesh.batch(), 50);
        assertThat(mesh.held()).as("a batch that is drafted for has its place").isZero();
        propose(51);
        TokenBatch prompts = mesh.batch();
        assertThat(sequences(prompts)).containsExactlyInAnyOrder(1L, 2L, 3L);
        mesh.send(new TokenBatch(
                prompts.spans().stream()
                        .map(span -> span.drafted() > 0 ? span.verified(1) : span)
                        .toList(),
                new int[] {50, 50, 50},
                Arrays.asList(null, null, null)));
        assertThat(answers).as("asked for those that speculate").hasSize(2);
        propose(52, 53);
        assertThat(mesh.held()).as("one waits for the other").isZero();
        propose(54);
        assertThat(sequences(mesh.batch())).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void goesOnWithoutAProposerThatFails() {
        speculating(4, 100, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        answers.removeFirst()
                .tryEmitError(new IllegalStateException("the draft is gone"))
                .orThrow();
        for (int token = 51; token < 60; token++) {
            TokenBatch batch = mesh.batch();
            assertThat(batch.ids()).containsExactly(token - 1);
            mesh.answer(batch, token);
        }
        assertThat(asked).as("it is left alone for a while").hasSize(1);
    }

    @Test
    void goesOnWithoutAProposerThatDoesNotAnswer() {
        speculating(4, 100, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        time.advanceTimeBy(Drafting.PATIENCE.minusMillis(1));
        assertThat(mesh.held()).isZero();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(mesh.batch().ids()).containsExactly(50);
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void forgetsProposalsWithTheRingTheyWereFor() {
        Reader reader = speculating(4, 100, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        mesh.fail(new IllegalStateException("the ring is gone"));
        assertThat(cancelled).as("nobody waits for them any more").hasValue(1);

        TokenBatch again = mesh.batch();
        assertThat(again.ids()).containsExactly(sofar(50));
        mesh.answer(again, 51);
        assertThat(reader.ids()).containsExactly(50, 51);
        assertThat(asked).hasSize(2);
    }

    @Test
    void forgetsProposalsOfWhoeverIsCancelled() {
        Reader reader = speculating(4, 100, Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        reader.cancel();
        mesh.retirement();
        propose(51);
        assertThat(mesh.held()).isZero();
        assertThat(batcher.metrics().live()).isZero();
    }

    @Test
    void aProposerStandsBesideOthersAsTheRequestDoes() {
        Scheduling urgent = Scheduling.DEFAULT
                .withPriority(Priority.HIGH)
                .withDeadline(Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS) + 60_000));
        Reader reader = open(
                request(4, 10, false, -1)
                        .speculating(Speculation.by("draft", 4))
                        .scheduled(urgent),
                Long.MAX_VALUE);
        mesh.answer(mesh.batch(), 50);
        assertThat(scheduled).containsExactly(urgent);
        reader.cancel();
    }

    @Test
    void aDraftAnswersWithinThePriorityAndDeadlineOfTheRequest() {
        List<SequenceRequest> asked = new ArrayList<>();
        ModelProposer proposer = new ModelProposer(
                request -> {
                    asked.add(request);
                    return Flux.empty();
                },
                100,
                100);
        Scheduling low = Scheduling.DEFAULT.withPriority(Priority.LOW).withDeadline(Instant.EPOCH);
        StepVerifier.create(proposer.propose(new int[] {1}, SamplingSettings.GREEDY, low, 4))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(asked).extracting(SequenceRequest::scheduling).containsExactly(low);
    }
}
