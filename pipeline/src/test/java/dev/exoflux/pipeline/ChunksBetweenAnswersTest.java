package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What running answers wait for: told by the order of passes, not by a clock. */
final class ChunksBetweenAnswersTest extends HeldBatcher {

    private static final int CHUNK = 16;

    /** Between two passes of an answer no more than one chunk of prompts is computed by any stage, however many prompts wait. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anAnswerWaitsForNoMoreThanOneChunkInAPass(int stages) {
        stages(stages);
        Reader answer = open(4, 60);
        TokenBatch own = mesh.batch();
        for (int i = 0; i < 6; i++) {
            open(500, 1);
        }
        mesh.answer(own, 50);
        List<Integer> prompts = new ArrayList<>(); // rows of prompts since the answer's last pass
        int since = 0;
        while (!answer.completed()) {
            TokenBatch batch = mesh.batch();
            boolean steps = sequences(batch).contains(1L);
            int rows = batch.ids().length - (steps ? 1 : 0);
            assertThat(rows).isLessThanOrEqualTo(CHUNK);
            since += rows;
            if (steps) {
                prompts.add(since);
                since = 0;
            }
            mesh.answer(batch, outputs(batch, 50));
        }
        assertThat(prompts).hasSize(59);
        assertThat(prompts.subList(1, 59))
                .as("a chunk for each batch that travels, as the stages are")
                .allMatch(rows -> rows <= CHUNK * stages);
    }

    @Test
    void aSlowReaderCostsOnlyItself() {
        Reader slow = open(request(4, 60, false, -1), 1);
        Reader fast = open(4, 60);
        int passes = 0;
        int withSlow = 0;
        while (!fast.completed()) {
            TokenBatch batch = mesh.batch();
            passes++;
            withSlow += sequences(batch).contains(1L) ? 1 : 0;
            mesh.answer(batch, outputs(batch, 50));
            if (passes % 10 == 0) {
                slow.request(1);
            }
        }
        assertThat(passes)
                .as("one for each of its tokens, and the one that the other had begun")
                .isBetween(60, 61);
        assertThat(withSlow).isBetween(6, 7);
        assertThat(slow.ids()).hasSizeBetween(6, 7);
    }

    @Test
    void theFewestBatchesThatOneUnderWayAllowsTravel() {
        stages(3);
        Reader bounded = open(
                request(1, 3, false, -1).scheduled(Scheduling.DEFAULT.within(Scheduling.AS_THE_MODEL, 1)),
                Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            open(1, 20);
        }
        while (!bounded.completed()) {
            assertThat(batcher.metrics().batchesInFlight()).isEqualTo(1);
            TokenBatch batch = mesh.batch();
            mesh.answer(batch, outputs(batch, 50));
        }
        assertThat(batcher.metrics().batchesInFlight()).isEqualTo(3);
    }
}
