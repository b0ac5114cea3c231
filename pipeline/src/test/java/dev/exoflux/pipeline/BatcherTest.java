package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import dev.exoflux.pipeline.Token.FinishReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the batcher sends and when, step by step. */
final class BatcherTest extends HeldBatcher {

    @Test
    void sendsAPromptInChunksAndThenEachTokenAfterTheOther() {
        Reader reader = open(40, 3);

        TokenBatch first = mesh.batch();
        assertThat(first.spans())
                .containsExactly(new Span(
                        1, 0, 16, 0, Span.UNKNOWN, new SequenceSettings(SamplingSettings.GREEDY, 40, 43, null)));
        assertThat(first.ids()).containsExactly(Arrays.copyOf(TestRing.prompt(40, 1), 16));
        assertThat(mesh.held()).isZero();
        mesh.answer(first);
        TokenBatch second = mesh.batch();
        assertThat(second.spans()).containsExactly(new Span(1, 16, 16, 0, Span.UNKNOWN, null));
        mesh.answer(second);
        TokenBatch third = mesh.batch();
        assertThat(third.spans()).containsExactly(new Span(1, 32, 8, 1, Span.UNKNOWN, null));
        mesh.answer(third, 50);
        TokenBatch fourth = mesh.batch();
        assertThat(fourth.spans()).containsExactly(new Span(1, 40, 1, 1, Span.UNKNOWN, null));
        assertThat(fourth.ids()).containsExactly(50);
        mesh.answer(fourth, 51);
        TokenBatch fifth = mesh.batch();
        assertThat(fifth.ids()).containsExactly(51);
        mesh.answer(fifth, 52);

        assertThat(reader.ids()).containsExactly(50, 51, 52);
        assertThat(reader.tokens().getLast().finish()).isEqualTo(FinishReason.LENGTH);
        assertThat(reader.completed()).isTrue();
        assertThat(mesh.retirement().sequence()).isEqualTo(1);
        assertThat(mesh.held()).isZero();
    }

    @Test
    void endsAtATokenThatEndsAnswers() {
        Reader reader = open(4, 100);
        mesh.answer(mesh.batch(), 50);
        mesh.answer(mesh.batch(), EOS);

        assertThat(reader.ids()).containsExactly(50, EOS);
        assertThat(reader.tokens().getLast().finish()).isEqualTo(FinishReason.STOP);
        assertThat(reader.completed()).isTrue();
        mesh.retirement();
    }

    @Test
    void mixesOneChunkOfPromptsIntoTheAnswersAndLetsPromptsTakeTurns() {
        open(4, 100);
        open(4, 100);
        TokenBatch one = mesh.batch();
        open(32, 100);
        open(100, 100);
        open(3, 100);
        mesh.answer(one, 50);

        TokenBatch batch = mesh.batch(); // 2 joins with its prompt, 3 has what that leaves
        assertThat(sequences(batch)).containsExactly(1L, 2L, 3L);
        assertThat(counts(batch)).containsExactly(1, 4, 12);
        mesh.answer(batch, outputs(batch, 50));

        batch = mesh.batch();
        assertThat(sequences(batch)).containsExactly(4L, 1L, 2L);
        assertThat(counts(batch)).containsExactly(16, 1, 1);
        mesh.answer(batch, outputs(batch, 50));

        batch = mesh.batch(); // the short prompt's turn, and what it leaves is for the next in line
        assertThat(sequences(batch)).containsExactly(5L, 3L, 1L, 2L);
        assertThat(counts(batch)).containsExactly(3, 13, 1, 1);
        mesh.answer(batch, outputs(batch, 50));

        batch = mesh.batch();
        assertThat(sequences(batch)).containsExactly(4L, 5L, 1L, 2L);
        assertThat(counts(batch)).containsExactly(16, 1, 1, 1);
    }

    @Test
    void dealsSequencesOutOverAsManyBatchesAsThereAreStages() {
        stages(3);
        for (int i = 0; i < 8; i++) {
            open(1, 100);
        }
        run3();
        TokenBatch first = mesh.batch();
        TokenBatch second = mesh.batch();
        TokenBatch third = mesh.batch();
        assertThat(mesh.held()).isZero();
        List<Long> all = new ArrayList<>(sequences(first));
        all.addAll(sequences(second));
        all.addAll(sequences(third));
        assertThat(all).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(List.of(first, second, third))
                .allMatch(batch -> batch.spans().size() <= 3);
    }

    /** Rounds of three batches, until the prompts are done and the answers have been dealt out. */
    private void run3() {
        for (int round = 0; round < 6; round++) {
            TokenBatch batch = mesh.batch();
            mesh.answer(batch, outputs(batch, 50));
        }
    }

    @Test
    void sendsTheChunksOfALonelyPromptOneBehindTheOther() {
        stages(3);
        open(100, 10);
        assertThat(mesh.batch().spans().getFirst().position()).isZero();
        assertThat(mesh.batch().spans().getFirst().position()).isEqualTo(16);
        assertThat(mesh.batch().spans().getFirst().position()).isEqualTo(32);
        assertThat(mesh.held()).isZero();
    }

    @Test
    void computesNothingThatNobodyAskedFor() {
        Reader reader = open(4, 100, 0);
        assertThat(mesh.held()).isZero();
        reader.request(2);
        mesh.answer(mesh.batch(), 50);
        mesh.answer(mesh.batch(), 51);
        assertThat(mesh.held()).isZero();
        reader.request(1);
        TokenBatch third = mesh.batch();
        reader.request(1); // while it travels
        mesh.answer(third, 52);
        mesh.answer(mesh.batch(), 53);
        assertThat(mesh.held()).isZero();
        assertThat(reader.ids()).containsExactly(50, 51, 52, 53);
    }

    @Test
    void takesADemandFromWithinTheDeliveryOfAToken() {
        Reader reader = open(4, 5, 1);
        reader.onToken(token -> reader.request(1));
        run(50);
        assertThat(reader.ids()).hasSize(5);
        assertThat(reader.completed()).isTrue();
    }

    @Test
    void takesACancelFromWithinTheDeliveryOfAToken() {
        Reader reader = open(4, 100);
        reader.onToken(token -> reader.cancel());
        mesh.answer(mesh.batch(), 50);
        assertThat(mesh.retirement().sequence()).isEqualTo(1);
        assertThat(mesh.held()).isZero();
        assertThat(reader.ids()).containsExactly(50);
    }

    @Test
    void sendsNoMoreThanTheRingTakes() {
        start(new HeldMesh(3, 2), settings(3), 1_000_000, clock);
        open(100, 10);
        assertThat(mesh.held()).isEqualTo(2);
        mesh.request(1);
        assertThat(mesh.held()).isEqualTo(3);
    }

    @Test
    void echoesThePromptWithoutComputingIt() {
        Reader reader = open(request(3, 2, true, -1), 2);
        assertThat(reader.ids()).containsExactly(17, 48);
        assertThat(mesh.held())
                .as("the third token of the prompt is still unread")
                .isZero();
        reader.request(1);
        assertThat(mesh.held()).isZero();
        reader.request(2);
        run(50);
        assertThat(reader.tokens()).extracting(SequenceToken::prompt).containsExactly(true, true, true, false, false);
        assertThat(reader.completed()).isTrue();
    }

    @Test
    void asksForTheFollowersOfAPromptThatIsEchoedWithLogProbabilities() {
        open(request(20, 2, true, 3), 100);
        int[] prompt = TestRing.prompt(20, 1);
        Span first = mesh.batch().spans().getFirst();
        assertThat(first.outputs()).isEqualTo(16);
        assertThat(first.next()).isEqualTo(prompt[16]);
    }

    @Test
    void scoresAPromptThatWantsNoAnswer() {
        Reader reader = open(request(20, 0, true, 3), 100);
        int[] prompt = TestRing.prompt(20, 1);
        mesh.answer(mesh.batch(), Arrays.copyOfRange(prompt, 1, 17));
        mesh.answer(mesh.batch(), prompt[17], prompt[18], prompt[19], 77);

        assertThat(reader.ids())
                .containsExactlyElementsOf(Arrays.stream(prompt).boxed().toList());
        assertThat(reader.tokens().getLast().finish()).isEqualTo(FinishReason.LENGTH);
        assertThat(reader.completed()).isTrue();
        mesh.retirement();
    }

    @Test
    void echoesAPromptThatWantsNeitherAnswerNorScores() {
        Reader reader = open(request(3, 0, true, -1), 100);
        assertThat(reader.ids()).containsExactly(17, 48, 79);
        assertThat(reader.completed()).isTrue();
        assertThat(mesh.connections()).isZero();
        assertThat(batcher.metrics().reservedBytes()).isZero();
    }

    @Test
    void stopsForAReaderWhoAskedForEverythingAndDoesNotKeepUp() {
        Queue<Runnable> busy = new ArrayDeque<>(); // a thread that has not come to the reader yet
        Scheduler scheduler = Schedulers.fromExecutor(busy::add);
        start(mesh, PipelineSettings.DEFAULTS, 1_000_000, scheduler);
        Reader reader = open(4, 1000);
        run(50);
        assertThat(batcher.metrics().sequences().getFirst().steps()).isEqualTo(Delivery.BACKLOG);
        assertThat(reader.tokens()).isEmpty();
        busy.remove().run();
        assertThat(reader.tokens()).hasSize(Delivery.BACKLOG);
        assertThat(mesh.held()).as("and goes on when it does").isEqualTo(1);
    }
}
