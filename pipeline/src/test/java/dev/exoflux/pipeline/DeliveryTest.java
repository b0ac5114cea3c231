package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.Token.FinishReason;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

final class DeliveryTest {

    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger cancels = new AtomicInteger();
    private final Queue<Runnable> thread = new ArrayDeque<>();

    private Delivery to(Reader reader) {
        Delivery delivery = new Delivery(
                reader, Schedulers.fromExecutor(thread::add), changes::incrementAndGet, cancels::incrementAndGet);
        reader.onSubscribe(delivery);
        return delivery;
    }

    private void runAll() {
        while (!thread.isEmpty()) {
            thread.remove().run();
        }
    }

    private static SequenceToken token(int id) {
        return new SequenceToken(id, false, null, 0, null);
    }

    @Test
    void handsOverOnItsOwnThreadWhatWasAskedFor() {
        Reader reader = new Reader(2);
        Delivery delivery = to(reader);
        assertThat(changes).hasValue(1);
        assertThat(delivery.demand()).isEqualTo(2);
        delivery.offer(token(1));
        assertThat(delivery.demand()).isEqualTo(1);
        assertThat(reader.tokens()).isEmpty();
        runAll();
        assertThat(reader.ids()).containsExactly(1);
        assertThat(delivery.demand()).isEqualTo(1);
    }

    @Test
    void keepsWhatNobodyAskedForUntilSomebodyDoes() {
        Reader reader = new Reader(0);
        Delivery delivery = to(reader);
        delivery.offer(token(1));
        delivery.offer(new SequenceToken(2, false, null, 0, FinishReason.STOP));
        delivery.complete();
        runAll();
        assertThat(reader.tokens()).isEmpty();
        assertThat(reader.completed()).isFalse();
        reader.request(1);
        runAll();
        assertThat(reader.ids()).containsExactly(1);
        assertThat(reader.completed()).isFalse();
        reader.request(1);
        runAll();
        assertThat(reader.completed()).isTrue();
        assertThat(cancels).hasValue(0);
    }

    @Test
    void holdsNoMoreThanItsBacklogForAReaderWhoAskedForEverything() {
        Reader reader = new Reader(Long.MAX_VALUE);
        Delivery delivery = to(reader);
        assertThat(delivery.demand()).isEqualTo(Delivery.BACKLOG);
        for (int i = 0; i < Delivery.BACKLOG; i++) {
            delivery.offer(token(i));
        }
        assertThat(delivery.demand()).isZero();
        int before = changes.get();
        runAll();
        assertThat(changes).as("says that there is room again").hasValue(before + 1);
        assertThat(delivery.demand()).isEqualTo(Delivery.BACKLOG);
    }

    @Test
    void deliversAnErrorWithoutWaitingForDemand() {
        Reader reader = new Reader(1);
        Delivery delivery = to(reader);
        delivery.offer(token(1));
        delivery.offer(token(2));
        delivery.fail(new IllegalStateException("the end"));
        runAll();
        assertThat(reader.ids()).containsExactly(1);
        assertThat(reader.error()).hasMessage("the end");
    }

    @Test
    void deliversNothingAfterACancel() {
        Reader reader = new Reader(10);
        Delivery delivery = to(reader);
        delivery.offer(token(1));
        reader.cancel();
        delivery.offer(token(2));
        delivery.complete();
        runAll();
        assertThat(reader.tokens()).isEmpty();
        assertThat(reader.completed()).isFalse();
        assertThat(cancels).hasValue(1);
        assertThat(delivery.cancelled()).isTrue();
    }

    @Test
    void addsDemandUpWithoutOverflow() {
        Reader reader = new Reader(Long.MAX_VALUE - 1);
        Delivery delivery = to(reader);
        reader.request(Long.MAX_VALUE - 1);
        assertThat(delivery.demand()).isEqualTo(Delivery.BACKLOG);
    }
}
