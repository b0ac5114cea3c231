package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkersTest {

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 100, 7", "2, 1, 1", "2, 1000, 1", "3, 1000, 64", "4, 5, 1", "8, 10000, 3"})
    void everyItemIsDoneOnce(int threads, int items, int grain) {
        try (Workers workers = new Workers(threads)) {
            AtomicIntegerArray done = new AtomicIntegerArray(items);
            workers.run(items, grain, count(done), new Scratch());
            assertOnce(done);
        }
    }

    @Test
    void manyThreadsMayBringLoopsAtOnce() throws InterruptedException, ExecutionException {
        int callers = 40; // more than there are slots
        CountDownLatch start = new CountDownLatch(1);
        try (Workers workers = new Workers(3);
                var executor = Executors.newFixedThreadPool(callers)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                futures.add(executor.submit(() -> {
                    start.await();
                    for (int round = 0; round < 100; round++) {
                        AtomicIntegerArray done = new AtomicIntegerArray(33);
                        workers.run(33, 2, count(done), new Scratch());
                        assertOnce(done);
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> future : futures) {
                future.get();
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndLeavesTheThreadsAtWork() {
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(
                            100,
                            1,
                            (from, to, scratch) -> {
                                if (from == 40) {
                                    throw new IllegalStateException("item 40");
                                }
                            },
                            new Scratch()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("item 40");
            AtomicIntegerArray done = new AtomicIntegerArray(100);
            workers.run(100, 1, count(done), new Scratch());
            assertOnce(done);
        }
    }

    @Test
    void idleThreadsParkAndWakeAgain() {
        try (Workers workers = new Workers(3)) {
            for (int round = 0; round < 3; round++) {
                await().until(() -> helpers().stream().allMatch(helper -> helper.getState() == Thread.State.WAITING));
                AtomicIntegerArray done = new AtomicIntegerArray(1000);
                workers.run(1000, 1, count(done), new Scratch());
                assertOnce(done);
            }
        }
    }

    @Test
    void threadsEndWithTheirOwnerAndAreDaemonsUntilThen() {
        Workers workers = new Workers(3);
        assertThat(helpers()).hasSize(2).allMatch(Thread::isDaemon);
        workers.close();
        await().until(() -> helpers().isEmpty());
        assertThatThrownBy(() -> workers.run(1, 1, (from, to, scratch) -> {}, new Scratch()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Workers.Task count(AtomicIntegerArray done) {
        return (from, to, scratch) -> {
            for (int i = from; i < to; i++) {
                done.incrementAndGet(i);
            }
        };
    }

    private static void assertOnce(AtomicIntegerArray done) {
        for (int i = 0; i < done.length(); i++) {
            assertThat(done.get(i)).isEqualTo(1);
        }
    }

    private static List<Thread> helpers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("exoflux-compute-"))
                .toList();
    }
}
