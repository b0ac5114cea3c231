package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gives way when the memory for caches runs short, and how he comes back. */
final class SetAsideTest extends HeldBatcher {

    @BeforeEach
    void aByteAPositionAndFourAheadOfWhatThereIs() {
        memory(64, 4);
    }

    private void memory(long bytes, int ahead) {
        memory(new HeldMesh(1, 1000), bytes, ahead);
    }

    private void memory(HeldMesh held, long bytes, int ahead) {
        mesh = held;
        PipelineSettings settings = new PipelineSettings(1, 0, 8, 8, 16, 0, 0, Duration.ZERO, TestRing.PATIENCE);
        CacheBudget budget = new CacheBudget(bytes, new CacheCost(1, 4), ahead);
        batcher = new Batcher(Rings.of(mesh), settings, budget, clock, Proposers.WITHOUT_MODELS);
    }

    @Test
    void reservesWhatIsToBeComputedAndGrowsFromThere() {
        Reader reader = open(10, 50);
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(16);
        for (int i = 0; i < 7; i++) {
            mesh.answer(mesh.batch(), 50);
        }
        assertThat(batcher.metrics().reservedBytes()).isEqualTo(20);
        reader.cancel();
    }

    @Test
    void theYoungestGivesWayAndGoesOnWhereItWas() {
        Reader first = open(20, 40);
        Reader second = open(20, 40);
        run(50);
        assertThat(first.ids()).hasSize(40);
        assertThat(first.completed()).isTrue();
        assertThat(second.completed()).isTrue();
        assertThat(second.ids()).hasSize(40);
        assertThat(batcher.metrics().timesAside()).isPositive();
        assertThat(batcher.metrics().reservedBytes()).isZero();
    }

    @Test
    void aLowerPriorityGivesWayToAYoungerOne() {
        Reader low = open(
                request(20, 40, false, -1).scheduled(Scheduling.DEFAULT.withPriority(Priority.LOW)), Long.MAX_VALUE);
        Reader normal = open(20, 40);
        while (!normal.completed()) {
            if (mesh.nextIsBatch()) {
                TokenBatch batch = mesh.batch();
                mesh.answer(batch, outputs(batch, 50));
            } else {
                mesh.send(mesh.retirement());
            }
        }
        assertThat(low.completed()).isFalse();
        run(50);
        assertThat(low.completed()).isTrue();
        assertThat(low.ids()).hasSize(40);
    }

    @Test
    void whatWasOnItsWayOfOneThatWasSetAsideIsForgotten() {
        memory(new HeldMesh(2, 1000), 64, 4);
        Reader first = open(20, 40);
        Reader second = open(20, 40);
        while (batcher.metrics().timesAside() == 0) {
            TokenBatch batch = mesh.batch();
            mesh.answer(batch, outputs(batch, 50));
        }
        int known = second.ids().size();
        TokenBatch travelling = mesh.batch();
        assertThat(sequences(travelling)).containsExactly(2L);
        mesh.answer(travelling, 77);
        assertThat(second.ids()).hasSize(known);
        assertThat(mesh.retirement()).isEqualTo(new Retire(2));
        mesh.send(new Retire(2));
        run(50);
        assertThat(first.ids()).hasSize(40);
        assertThat(second.ids()).hasSize(40).doesNotContain(77);
    }

    @Test
    void aMachineWithoutMemoryHasAnAnswerWaitForAnother() {
        memory(1_000_000, 4);
        Reader first = open(4, 3);
        Reader second = open(4, 3);
        mesh.answer(mesh.batch(), 50);
        TokenBatch both = mesh.batch();
        Span survivor = both.spans().stream()
                .filter(span -> span.sequence() == 1)
                .findFirst()
                .orElseThrow();
        mesh.answer(new TokenBatch(List.of(survivor), new int[] {1}, List.of()), 50);
        mesh.send(new Failed(2, ErrorCode.OUT_OF_MEMORY, "no room"));
        assertThat(batcher.metrics().live()).isEqualTo(1);
        assertThat(batcher.metrics().queued()).isEqualTo(1);
        run(50);
        assertThat(first.ids()).hasSize(3);
        assertThat(second.ids()).hasSize(3);
        assertThat(second.completed()).isTrue();
    }

    @Test
    void aMachineWithoutMemoryTakesThatOfAReaderWhoHasStoppedAsking() {
        memory(1_000_000, 4);
        Reader stopped = open(request(4, 30, false, -1), 1);
        run(50);
        Reader other = open(4, 3);
        Span span = mesh.batch().spans().getFirst();
        mesh.answer(new TokenBatch(List.of(), new int[0], List.of()));
        mesh.send(new Failed(span.sequence(), ErrorCode.OUT_OF_MEMORY, "no room"));
        mesh.send(mesh.retirement());
        assertThat(mesh.held()).as("waits for the other").isZero();
        clock.advance(MemoryKeeper.IDLE);
        run(50);
        assertThat(other.completed()).isTrue();
        assertThat(other.ids()).hasSize(3);
        stopped.request(Long.MAX_VALUE);
        run(50);
        assertThat(stopped.ids()).hasSize(30);
    }

    @Test
    void anAnswerForWhichThereIsNoMemoryAlthoughItIsAloneFailsInTheEnd() {
        Reader reader = open(4, 3);
        for (int i = 0; i <= Claim.MOST_SHORTAGES; i++) {
            assertThat(reader.error()).isNull();
            TokenBatch batch = mesh.batch();
            mesh.answer(new TokenBatch(List.of(), new int[0], List.of()));
            mesh.send(new Failed(batch.spans().getFirst().sequence(), ErrorCode.OUT_OF_MEMORY, "no room"));
            mesh.send(mesh.retirement());
        }
        assertThat(reader.failure()).hasMessage("no room");
    }

    @Test
    void aReaderWhoHasStoppedAskingGivesItsMemoryToThoseWhoAskAndGetsItBack() {
        Reader stopped = open(request(30, 30, false, -1), 2);
        run(50);
        assertThat(stopped.ids()).hasSize(2);
        Reader next = open(30, 30);
        assertThat(batcher.metrics().live()).as("no room for both").isEqualTo(1);
        clock.advance(MemoryKeeper.IDLE);
        assertThat(mesh.retirement()).isEqualTo(new Retire(1));
        mesh.send(new Retire(1));
        TokenBatch batch = mesh.batch();
        assertThat(sequences(batch)).containsExactly(2L);
        mesh.answer(batch);
        stopped.request(100);
        run(50);
        assertThat(next.ids()).hasSize(30);
        assertThat(stopped.ids()).hasSize(30);
        assertThat(stopped.completed()).isTrue();
    }
}
