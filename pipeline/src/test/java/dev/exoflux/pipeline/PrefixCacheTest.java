package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.SequenceSettings.Prefix;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reused, kept and given back, step by step. */
final class PrefixCacheTest extends HeldBatcher {

    @BeforeEach
    void reuse() {
        reuse(1_000_000, 1000, 1);
    }

    private static SequenceRequest request(int[] prompt, int maxTokens) {
        return new SequenceRequest(prompt, SamplingSettings.GREEDY, maxTokens, Set.of(EOS), false);
    }

    private Reader open(int[] prompt, int maxTokens) {
        return open(request(prompt, maxTokens), Long.MAX_VALUE);
    }

    /** A prompt of the given seed, and more. */
    private static int[] prompt(int length, int seed, int... more) {
        return IntStream.concat(Arrays.stream(TestRing.prompt(length, seed)), Arrays.stream(more))
                .toArray();
    }

    /** A prompt answered to its end, of which {@code length + 2} tokens are computed. */
    private void answered(int length, int seed) {
        open(prompt(length, seed), 3);
        run(50);
    }

    private static void assertBegins(TokenBatch batch, int position, @Nullable Prefix prefix) {
        Span span = batch.spans().getLast();
        assertThat(span.position()).isEqualTo(position);
        assertThat(span.settings()).isNotNull();
        assertThat(span.settings().prefix()).isEqualTo(prefix);
    }

    private BatcherMetrics.Prefixes prefixes() {
        return batcher.metrics().prefixes();
    }

    @Test
    void theNextTurnBeginsAfterTheAnswer() {
        answered(40, 1);
        assertThat(prefixes()).isEqualTo(new BatcherMetrics.Prefixes(1, 42, 0));

        Reader next = open(prompt(40, 1, 50, 50, 50, 7, 8, 9), 3);
        TokenBatch batch = mesh.batch();
        assertBegins(batch, 42, new Prefix(1, 42));
        assertThat(batch.ids()).containsExactly(50, 7, 8, 9);
        mesh.answer(batch, 60);
        run(60);

        assertThat(next.tokens()).hasSize(3).allMatch(token -> token.cachedTokens() == 42);
        assertThat(prefixes())
                .as("the first turn is part of the second")
                .isEqualTo(new BatcherMetrics.Prefixes(1, 48, 42));
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(48);
    }

    @Test
    void theLastTokenOfAPromptIsComputedAgain() {
        answered(40, 1);
        open(prompt(40, 1), 3);
        TokenBatch batch = mesh.batch();
        assertBegins(batch, 39, new Prefix(1, 39));
        assertThat(batch.spans().getFirst().outputs()).isEqualTo(1);
    }

    @Test
    void onlyWhatIsInCommonIsReusedAndOnlyIfItIsEnough() {
        answered(40, 1);
        open(prompt(16, 1, 7, 7, 7), 3);
        assertBegins(mesh.batch(), 16, new Prefix(1, 16));

        reuse();
        answered(40, 1);
        open(prompt(15, 1, 7, 7, 7), 3);
        assertBegins(mesh.batch(), 0, null);
    }

    @Test
    void theLongestPrefixIsReused() {
        answered(20, 1);
        open(prompt(30, 1, 7), 3);
        run(60);
        open(prompt(25, 1, 8), 3);
        run(70);
        open(prompt(30, 1, 9), 3);
        assertBegins(mesh.batch(), 30, new Prefix(2, 30));
    }

    @Test
    void aPromptIsScoredWhole() {
        answered(40, 1);
        open(request(40, 0, true, 2), 100);
        assertBegins(mesh.batch(), 0, null);
    }

    @Test
    void aPromptThatWasScoredServesOthers() {
        Reader scored = open(request(20, 0, true, 2), 100);
        run(50);
        assertThat(scored.completed()).isTrue();
        open(prompt(20, 1, 7), 3);
        assertBegins(mesh.batch(), 20, new Prefix(1, 20));
    }

    @Test
    void anEchoWithoutScoresIsNoHindrance() {
        answered(40, 1);
        Reader reader = open(request(40, 1, true, -1), 100);
        assertBegins(mesh.batch(), 39, new Prefix(1, 39));
        assertThat(reader.tokens()).hasSize(40);
    }

    @Test
    void aRunningSequenceServesAsFarAsItIsComputed() {
        open(prompt(20, 1), 100);
        mesh.answer(mesh.batch());
        mesh.answer(mesh.batch(), 50); // the prompt
        mesh.answer(mesh.batch(), 51); // and the first token of the answer
        TokenBatch travelling = mesh.batch(); // of the second nobody knows whether it will be computed
        open(prompt(20, 1, 50, 51, 52, 53), 100);
        mesh.answer(travelling, 52);
        TokenBatch both = mesh.batch();
        assertThat(sequences(both)).containsExactly(1L, 2L);
        assertBegins(both, 22, new Prefix(1, 22));
    }

    @Test
    void ofSeveralAlikeTheFirstComputesAndTheOthersWait() {
        open(prompt(81, 1), 5);
        open(prompt(81, 1), 5);
        open(prompt(81, 1, 7, 8), 5);
        for (int chunk = 0; chunk < 5; chunk++) {
            assertThat(sequences(next())).containsExactly(1L);
        }
        TokenBatch batch = mesh.batch();
        assertThat(sequences(batch)).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(batch.spans()).allMatch(span -> span.position() == 80);
        mesh.answer(batch, outputs(batch, 50));
        run(50);
        assertThat(prefixes().reusedTokens()).isEqualTo(80 + 80);
    }

    @Test
    void whoHasNothingInCommonDoesNotWait() {
        open(prompt(81, 1), 5);
        open(prompt(81, 2), 5);
        assertThat(sequences(next())).containsExactly(1L);
        assertThat(sequences(next())).containsExactly(1L);
        assertThat(sequences(next())).containsExactly(2L);
    }

    private TokenBatch next() {
        TokenBatch batch = mesh.batch();
        mesh.answer(batch, outputs(batch, 50));
        return batch;
    }

    @Test
    void whatACancelledPromptHasComputedServesTheNext() {
        Reader first = open(prompt(60, 1), 5);
        open(prompt(60, 1), 5);
        next();
        TokenBatch travelling = mesh.batch();
        first.cancel();
        assertThat(mesh.held()).isZero();
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(32 + 65);
        mesh.answer(travelling);
        assertBegins(mesh.batch(), 32, new Prefix(1, 32));
    }

    @Test
    void nobodyWaitsForAReaderWhoAsksForNothing() {
        open(request(prompt(40, 1), 5), 0);
        open(prompt(40, 1), 5);
        assertBegins(mesh.batch(), 0, null);
    }

    @Test
    void whoHasNotServedForLongestGoesFirstWhenTheBoundIsReached() {
        reuse(1_000_000, 100, 1);
        answered(40, 1);
        answered(40, 2);
        assertThat(prefixes().bytes()).isEqualTo(84);
        open(prompt(39, 1, 7), 1); // the first one serves
        run(50);
        assertThat(prefixes().sequences()).as("they share all but a token").isEqualTo(3);
        assertThat(prefixes().bytes()).isEqualTo(85);

        open(prompt(20, 3), 3);
        finish(50);
        assertThat(mesh.retirement()).isEqualTo(new Retire(2));
        mesh.send(new Retire(2));
        assertThat(mesh.held()).isZero();
        assertThat(prefixes().bytes()).isEqualTo(43 + 22);
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(43 + 22);
    }

    /** Answers batches until none is held; retirements stay. */
    private void finish(int token) {
        while (mesh.held() > 0 && mesh.nextIsBatch()) {
            TokenBatch batch = mesh.batch();
            mesh.answer(batch, outputs(batch, token));
        }
    }

    @Test
    void whatIsLargerThanTheBoundIsNotKept() {
        reuse(1_000_000, 41, 1);
        open(prompt(40, 1), 3);
        finish(50);
        assertThat(mesh.retirement()).isEqualTo(new Retire(1));
        assertThat(prefixes().sequences()).isZero();
    }

    @Test
    void nothingIsReusedWhereItIsTurnedOff() {
        reuse(1_000_000, 0, 1);
        Reader first = open(prompt(40, 1), 100);
        next();
        next();
        TokenBatch third = mesh.batch();
        open(prompt(40, 1), 3);
        mesh.answer(third, 50);
        assertBegins(mesh.batch(), 0, null);
        first.cancel();
        assertThat(mesh.retirement()).isEqualTo(new Retire(1));
    }

    @Test
    void aRequestThatNeedsTheMemoryGetsIt() {
        reuse(100, 100, 1);
        answered(20, 1);
        answered(30, 2);
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(22 + 32);
        Reader reader = open(prompt(40, 3), 20);

        assertThat(mesh.retirement()).as("one is enough").isEqualTo(new Retire(1));
        assertThat(mesh.held()).as("until the stages have freed it").isZero();
        assertThat(batcher.metrics().queued()).isEqualTo(1);
        mesh.send(new Retire(1));
        assertBegins(mesh.batch(), 0, null);
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(32 + 60);
        reader.cancel();
    }

    @Test
    void whatIsReusedNeedsNoMemoryAgain() {
        reuse(100, 100, 1);
        answered(50, 1);
        open(prompt(50, 1, 50, 50, 7), 40);
        assertBegins(mesh.batch(), 52, new Prefix(1, 52));
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(93);
    }

    @Test
    void othersGiveWayBeforeTheRequestsOwnPrefixDoes() {
        reuse(100, 100, 1);
        answered(30, 1);
        answered(30, 2);
        open(prompt(30, 1, 7), 40);
        assertThat(mesh.retirement()).isEqualTo(new Retire(2));
        mesh.send(new Retire(2));
        assertBegins(mesh.batch(), 30, new Prefix(1, 30));
    }

    @Test
    void aPrefixGivesWayToItsOwnRequestWhereThereIsNoOtherWay() {
        reuse(96, 96, 16);
        answered(40, 1); // 3 blocks, of which 2 could be shared
        open(prompt(40, 1, 7), 55);
        assertThat(mesh.retirement()).isEqualTo(new Retire(1));
        mesh.send(new Retire(1));
        assertBegins(mesh.batch(), 0, null);
    }

    @Test
    void whatHasBeenPromisedIsKeptUntilItsReaderAsksOrGoes() {
        reuse(100, 100, 1);
        answered(40, 1);
        Reader waiting = open(request(prompt(40, 1, 7), 5), 0);
        assertThat(batcher.metrics().live()).isEqualTo(1);
        Reader large = open(prompt(40, 3), 30);
        assertThat(mesh.held()).isZero();
        assertThat(batcher.metrics().queued()).isEqualTo(1);

        waiting.cancel();
        assertThat(mesh.retirement()).isEqualTo(new Retire(1));
        mesh.send(new Retire(1));
        assertBegins(mesh.batch(), 0, null);
        large.cancel();
        run(50);
        assertThat(batcher.metrics().live()).isZero();
    }

    @Test
    void aSequenceThatFailedIsNotKept() {
        open(prompt(40, 1), 5);
        next();
        mesh.batch();
        mesh.answer(new TokenBatch(List.of(), new int[0], List.of()));
        mesh.batch(); // was sent before the news came
        mesh.send(new Failed(1, ErrorCode.INTERNAL, "a defect"));
        assertThat(mesh.retirement()).isEqualTo(new Retire(1));
        mesh.answer(new TokenBatch(List.of(), new int[0], List.of()));
        mesh.send(new Failed(1, ErrorCode.INTERNAL, "and its next chunk, too"));
        open(prompt(40, 1), 5);
        assertBegins(mesh.batch(), 0, null);
    }

    @Test
    void whatASequenceHadComputedBeforeItFailedIsStillThereForWhoWasPromisedIt() {
        open(prompt(40, 1), 5);
        next();
        TokenBatch failing = mesh.batch();
        Reader promised = open(request(prompt(40, 1), 5), 0);
        mesh.send(new Failed(1, ErrorCode.INTERNAL, "a defect"));
        mesh.answer(new TokenBatch(List.of(), new int[0], List.of()));
        assertThat(failing.spans()).hasSize(1);
        assertThat(mesh.held()).isZero();
        promised.request(5);
        assertBegins(mesh.batch(), 16, new Prefix(1, 16));
    }

    @Test
    void allIsGivenBackWhenAStageFindsNoMemory() {
        answered(40, 1);
        answered(40, 2);
        open(prompt(40, 3), 5);
        mesh.batch();
        mesh.send(new Failed(3, ErrorCode.OUT_OF_MEMORY, "no room"));
        assertThat(List.of(mesh.retirement(), mesh.retirement(), mesh.retirement()))
                .containsExactlyInAnyOrder(new Retire(1), new Retire(2), new Retire(3));
        assertThat(prefixes().sequences()).isZero();
    }

    @Test
    void aLostRingHasForgottenEverything() {
        answered(40, 1);
        mesh.fail(new IllegalStateException("the cable is out"));
        assertThat(prefixes().bytes()).isZero();
        assertThat(prefixes().sequences()).isZero();
        assertThat(batcher.metrics().reservedBytes()).isZero();
        open(prompt(40, 1), 3);
        assertBegins(mesh.batch(), 0, null);
    }

    @Test
    void whatIsKeptDoesNotDelayTheEnd() {
        answered(40, 1);
        batcher.shutdown(Duration.ofMinutes(1)).block(TestRing.PATIENCE);
        assertThat(mesh.disconnections()).isEqualTo(1);
        assertThat(batcher.metrics().reservedBytes()).isZero();
    }

    @Test
    void aChunkOnItsWayIsNotReusedByTheOneBehindIt() {
        start(
                new HeldMesh(3, 64),
                new PipelineSettings(3, 0, 8, 8, 16, 0, 1000, Duration.ZERO, TestRing.PATIENCE),
                1_000_000,
                clock);
        open(prompt(64, 1), 5);
        open(prompt(64, 1), 5);
        TokenBatch first = mesh.batch();
        TokenBatch second = mesh.batch();
        mesh.batch();
        assertThat(List.of(
                        first.spans().getFirst().position(),
                        second.spans().getFirst().position()))
                .containsExactly(0, 16);
        mesh.answer(first);
        assertThat(sequences(mesh.batch())).as("its last chunk").containsExactly(1L);
        mesh.answer(second);
        assertThat(mesh.held()).as("32 are there, 31 are on their way").isZero();
    }
}
