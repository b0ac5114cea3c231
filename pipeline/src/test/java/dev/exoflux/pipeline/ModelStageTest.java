package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** One stage that holds a whole tiny model, fed by hand. */
final class ModelStageTest {

    private static final int[] PROMPT = TestRing.prompt(20, 3);

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private final FailingModel model = new FailingModel(load());
    private final ModelStage stage = new ModelStage("exoflux-stage-test", model, backend);

    private CausalLm load() {
        ModelDirectory directory = ModelDirectory.open("llama-mha", TestCheckpoints.named("llama-mha"));
        return Architectures.load(directory, Shard.whole(2), backend);
    }

    @AfterEach
    void leavesNothingBehind() {
        stage.close();
        assertThat(stage.cacheBytes()).isZero();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    /** A prompt's first span. */
    private static Span open(long sequence, int count) {
        return new Span(
                sequence, 0, count, 1, Span.UNKNOWN, new SequenceSettings(SamplingSettings.GREEDY, count, 100, null));
    }

    private static Span next(long sequence, int position, int count) {
        return new Span(sequence, position, count, 1, Span.UNKNOWN, null);
    }

    private static TokenBatch batch(int[] ids, Span... spans) {
        return new TokenBatch(List.of(spans), ids, List.of());
    }

    private static int[] ids(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private List<StageMessage> run(StageMessage... messages) {
        return run(Flux.just(messages));
    }

    private List<StageMessage> run(Flux<StageMessage> messages) {
        List<StageMessage> answers = stage.process(messages).collectList().block(TestRing.PATIENCE);
        assertThat(answers).isNotNull();
        return answers;
    }

    private static int[] chosen(@Nullable StageMessage answer) {
        assertThat(answer).isInstanceOf(TokenBatch.class);
        return ((TokenBatch) answer).ids();
    }

    @Test
    void answersInOrderOnItsOwnThreadAndKeepsNothingWhenTheStreamEnds() {
        stage.process(Flux.just(batch(PROMPT, open(1, 20)), new Retire(1), new Failed(2, ErrorCode.INTERNAL, "before")))
                .doOnNext(answer -> assertThat(Thread.currentThread().getName()).isEqualTo("exoflux-stage-test"))
                .as(StepVerifier::create)
                .assertNext(answer -> assertThat(chosen(answer)).hasSize(1))
                .expectNext(new Retire(1))
                .expectNext(new Failed(2, ErrorCode.INTERNAL, "before"))
                .expectComplete()
                .verify(TestRing.PATIENCE);
    }

    @Test
    void freesACacheWithItsRetirement() {
        TestPublisher<StageMessage> inbound = TestPublisher.create();
        StepVerifier.create(stage.process(inbound.flux()))
                .then(() -> inbound.next(batch(ids(PROMPT, PROMPT), open(1, 20), open(2, 20))))
                .expectNextCount(1)
                .then(() -> assertThat(stage.cacheBytes()).isPositive())
                .then(() -> inbound.next(new Retire(1)))
                .expectNext(new Retire(1))
                .then(() -> assertThat(stage.cacheBytes()).isPositive())
                .then(() -> inbound.next(new Retire(2), new Retire(3)))
                .expectNext(new Retire(2), new Retire(3))
                .then(() -> assertThat(stage.cacheBytes()).isZero())
                .thenCancel()
                .verify(TestRing.PATIENCE);
    }

    @Test
    void whoIsOnItWhenItIsClosedIsTold() {
        TestPublisher<StageMessage> inbound = TestPublisher.create();
        StepVerifier.create(stage.process(inbound.flux()))
                .then(() -> inbound.next(batch(PROMPT, open(1, 20))))
                .expectNextCount(1)
                .then(stage::close)
                .expectErrorMatches(told -> told instanceof ExofluxException e && e.code() == ErrorCode.RING_UNKNOWN)
                .verify(TestRing.PATIENCE);
        inbound.assertCancelled();
        StepVerifier.create(stage.process(Flux.never()))
                .expectError(ExofluxException.class)
                .verify(TestRing.PATIENCE);
    }

    @Test
    void freesAllCachesOnCancelAndOnError() {
        TestPublisher<StageMessage> inbound = TestPublisher.create();
        StepVerifier.create(stage.process(inbound.flux()))
                .then(() -> inbound.next(batch(PROMPT, open(1, 20))))
                .expectNextCount(1)
                .thenCancel()
                .verify(TestRing.PATIENCE);
        await().atMost(TestRing.PATIENCE).until(() -> stage.cacheBytes() == 0);
        inbound.assertCancelled();

        TestPublisher<StageMessage> failing = TestPublisher.create();
        StepVerifier.create(stage.process(failing.flux()))
                .then(() -> failing.next(batch(PROMPT, open(1, 20))))
                .expectNextCount(1)
                .then(() -> failing.error(new IllegalStateException("upstream")))
                .expectErrorMessage("upstream")
                .verify(TestRing.PATIENCE);
        await().atMost(TestRing.PATIENCE).until(() -> stage.cacheBytes() == 0);
    }

    @Test
    void takesABoundedNumberOfMessagesAheadOfDemand() {
        long[] requested = {0};
        Flux<StageMessage> inbound = Flux.<StageMessage>fromStream(
                        IntStream.range(0, 1000).mapToObj(i -> new Retire(i)))
                .doOnRequest(n -> requested[0] += n);
        StepVerifier.create(stage.process(inbound), 3)
                .expectNextCount(3)
                .then(() -> assertThat(requested[0]).isBetween(4L, ModelStage.IN_FLIGHT + 12L))
                .thenCancel()
                .verify(TestRing.PATIENCE);
    }

    @Test
    void forgetsWhatLiesBeyondASpan() {
        int[] draft = {1, 2, 3};
        List<StageMessage> straight =
                run(batch(PROMPT, open(1, 20)), batch(new int[] {7}, next(1, 20, 1)), new Retire(1));
        List<StageMessage> undone = run(
                batch(PROMPT, open(1, 20)),
                batch(draft, next(1, 20, 3)), // a rejected draft
                batch(new int[] {7}, next(1, 20, 1)),
                new Retire(1));
        assertThat(chosen(undone.get(2))).isEqualTo(chosen(straight.get(1)));
    }

    @Test
    void failsASequenceThatItDoesNotKnowOrWhoseCacheEndsTooEarly() {
        assertThat(run(batch(new int[] {7}, next(1, 20, 1))))
                .hasSize(2)
                .last()
                .isEqualTo(new Failed(1, ErrorCode.INTERNAL, "Sequence 1 goes on at position 20 of 0 held."));
        assertThat(run(batch(PROMPT, open(1, 20)), batch(new int[] {7}, next(1, 25, 1))))
                .last()
                .isEqualTo(new Failed(1, ErrorCode.INTERNAL, "Sequence 1 goes on at position 25 of 20 held."));
    }

    /** A sequence of the prompt's length that begins with what sequence 1 has computed of it. */
    private static Span forked(long sequence, int length, int capacity) {
        SamplingSettings penalised =
                SamplingSettings.GREEDY.toBuilder().repetitionPenalty(1.5f).build();
        SequenceSettings settings =
                new SequenceSettings(penalised, 20, capacity, new SequenceSettings.Prefix(1, length));
        return new Span(sequence, length, 20 - length, 1, Span.UNKNOWN, settings);
    }

    @Test
    void beginsASequenceWithThePrefixOfAnotherThatMayRetireAtOnce() {
        SamplingSettings penalised =
                SamplingSettings.GREEDY.toBuilder().repetitionPenalty(1.5f).build();
        Span whole = new Span(2, 0, 20, 1, Span.UNKNOWN, new SequenceSettings(penalised, 20, 100, null));
        int[] alone = chosen(run(batch(PROMPT, whole)).getFirst());

        List<StageMessage> answers = run(
                batch(PROMPT, open(1, 20)),
                batch(Arrays.copyOfRange(PROMPT, 17, 20), forked(2, 17, 100)),
                new Retire(1),
                batch(new int[] {7}, next(2, 20, 1)));

        assertThat(answers).hasSize(4).noneMatch(Failed.class::isInstance);
        assertThat(chosen(answers.get(1))).as("penalties count the prefix, too").isEqualTo(alone);
        assertThat(chosen(answers.get(3)))
                .isEqualTo(chosen(run(batch(PROMPT, whole), batch(new int[] {7}, next(2, 20, 1)))
                        .getLast()));
    }

    @Test
    void failsASequenceWhosePrefixItDoesNotHold() {
        assertThat(run(batch(PROMPT, open(1, 20)), new Retire(1), batch(new int[] {1, 2, 3}, forked(2, 17, 100))))
                .last()
                .isEqualTo(new Failed(
                        2,
                        ErrorCode.INTERNAL,
                        "A sequence begins with 17 positions of sequence 1, of which 0 are held."));
        assertThat(run(batch(Arrays.copyOf(PROMPT, 16), open(1, 16)), batch(new int[] {1, 2, 3}, forked(2, 17, 100))))
                .last()
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.message()).contains("of which 16 are held"));
    }

    @Test
    void aPrefixOutlivesASequenceThatFailsOnIt() {
        int[] rest = Arrays.copyOfRange(PROMPT, 17, 20);
        List<StageMessage> answers = run(
                batch(PROMPT, open(1, 20)),
                batch(rest, forked(2, 17, 100)),
                batch(rest, forked(3, 17, FailingModel.FAILS)),
                new Retire(3),
                batch(rest, forked(4, 17, 100)));
        assertThat(answers).filteredOn(Failed.class::isInstance).hasSize(1);
        assertThat(chosen(answers.getLast())).isEqualTo(chosen(answers.get(1)));
    }

    @Test
    void letsOthersOfABatchGoOnWhenOneGetsNoCache() {
        int[] alone = chosen(run(batch(PROMPT, open(2, 20))).getFirst());
        Span refused = new Span(
                1,
                0,
                20,
                1,
                Span.UNKNOWN,
                new SequenceSettings(SamplingSettings.GREEDY, 20, FailingModel.NO_CACHE, null));

        List<StageMessage> answers = run(batch(ids(PROMPT, PROMPT), refused, open(2, 20)));

        assertThat(answers).hasSize(2);
        assertThat(((TokenBatch) answers.getFirst()).spans()).containsExactly(open(2, 20));
        assertThat(chosen(answers.getFirst())).isEqualTo(alone);
        assertThat(answers.getLast()).isEqualTo(new Failed(1, ErrorCode.OUT_OF_MEMORY, "no room for the cache"));
    }

    @Test
    void letsOthersOfABatchGoOnWhenOneFailsWithinThePass() {
        int[] alone = chosen(run(batch(PROMPT, open(2, 20))).getFirst());
        for (int capacity : new int[] {FailingModel.FAILS, FailingModel.RUNS_OUT_OF_HEAP}) {
            Span failing = new Span(
                    1, 0, 20, 1, Span.UNKNOWN, new SequenceSettings(SamplingSettings.GREEDY, 20, capacity, null));
            List<StageMessage> answers = run(batch(ids(PROMPT, PROMPT, PROMPT), open(2, 20), failing, open(3, 20)));

            assertThat(chosen(answers.getFirst())).containsExactly(alone[0], alone[0]);
            assertThat(answers.getLast())
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.code())
                                    .isEqualTo(
                                            capacity == FailingModel.FAILS
                                                    ? ErrorCode.INTERNAL
                                                    : ErrorCode.OUT_OF_MEMORY));
        }
    }

    @Test
    void answersABatchOfWhichNothingIsLeft() {
        List<StageMessage> answers = run(batch(new int[0]));
        assertThat(answers).hasSize(1);
        assertThat(chosen(answers.getFirst())).isEmpty();
    }

    @Test
    void scoresKnownFollowersAndSamplesTheLast() {
        SamplingSettings scored =
                SamplingSettings.GREEDY.toBuilder().topLogprobs(2).build();
        Span first = new Span(1, 0, 12, 12, PROMPT[12], new SequenceSettings(scored, 20, 100, null));
        Span second = new Span(1, 12, 8, 8, Span.UNKNOWN, null);
        List<StageMessage> answers =
                run(batch(Arrays.copyOf(PROMPT, 12), first), batch(Arrays.copyOfRange(PROMPT, 12, 20), second));

        assertThat(chosen(answers.getFirst())).isEqualTo(Arrays.copyOfRange(PROMPT, 1, 13));
        assertThat(Arrays.copyOf(chosen(answers.getLast()), 7)).isEqualTo(Arrays.copyOfRange(PROMPT, 13, 20));
        TokenBatch last = (TokenBatch) answers.getLast();
        assertThat(last.logprobs().get(7)).isNotNull();
        assertThat(last.logprobs().get(7).top().getFirst().id())
                .as("greedy chooses the likeliest")
                .isEqualTo(last.ids()[7]);
        assertThat(Stream.concat(((TokenBatch) answers.getFirst()).logprobs().stream(), last.logprobs().stream()))
                .doesNotContainNull();
    }
}
