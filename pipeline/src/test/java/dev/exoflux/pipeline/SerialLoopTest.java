package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SerialLoopTest {

    private final List<String> seen = new ArrayList<>();

    @Test
    void handlesAnEventBroughtByAnotherAfterIt() {
        SerialLoop loop = new SerialLoop(() -> seen.add("settle"), cause -> seen.add("crash"));
        loop.tell(() -> {
            seen.add("first begins");
            loop.tell(() -> seen.add("second"));
            seen.add("first ends");
        });
        assertThat(seen).startsWith("first begins", "first ends", "second", "settle");
    }

    @Test
    void settlesAgainWhenWokenWhileItSettles() {
        AtomicInteger settled = new AtomicInteger();
        List<SerialLoop> itself = new ArrayList<>();
        SerialLoop loop = new SerialLoop(
                () -> {
                    if (settled.incrementAndGet() < 3) {
                        itself.getFirst().wake();
                    }
                },
                cause -> {});
        itself.add(loop);
        loop.wake();
        assertThat(settled).hasValue(3);
    }

    @Test
    void goesOnAfterACrash() {
        List<Throwable> crashes = new ArrayList<>();
        SerialLoop loop = new SerialLoop(() -> seen.add("settle"), crashes::add);
        loop.tell(() -> {
            throw new IllegalStateException("oops");
        });
        loop.tell(() -> seen.add("event"));
        assertThat(crashes).singleElement().satisfies(cause -> assertThat(cause).hasMessage("oops"));
        assertThat(seen).containsExactly("event", "settle");
    }

    @Test
    void neverHandlesTwoEventsAtOnceAndLosesNone() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        int[] handled = {0}; // plain on purpose: the loop is what makes it safe
        AtomicBoolean busy = new AtomicBoolean();
        AtomicInteger overlaps = new AtomicInteger();
        SerialLoop loop = new SerialLoop(() -> {}, cause -> {});
        CountDownLatch done = new CountDownLatch(threads * each);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                pool.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        loop.tell(() -> {
                            overlaps.addAndGet(busy.getAndSet(true) ? 1 : 0);
                            handled[0]++;
                            busy.set(false);
                            done.countDown();
                        });
                    }
                });
            }
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(overlaps).hasValue(0);
        assertThat(handled[0]).isEqualTo(threads * each);
    }
}
