package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.MatrixData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which engine there is when engines are lost, with engines that do nothing else. */
final class EnginesTest {

    private final AtomicLong now = new AtomicLong();
    private final List<Losable> started = new ArrayList<>();
    private final AtomicInteger failing = new AtomicInteger();

    private Engine start() {
        if (failing.getAndDecrement() > 0) {
            throw new ExofluxException(ErrorCode.BACKEND_LOST, "it does not begin");
        }
        started.add(new Losable());
        return started.getLast();
    }

    private Engines engines() {
        return new Engines(this::start, now::get);
    }

    private void loseLast() {
        started.getLast().lost = new ExofluxException(ErrorCode.BACKEND_LOST, "MLX was lost: so.\nMaybe.");
    }

    private static void assertLost(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST))
                .hasMessageContaining(message);
    }

    @Test
    void theFirstIsTriedTwice() {
        failing.set(1);
        assertThat(engines().now().engine()).isSameAs(started.getFirst());
        failing.set(2);
        assertLost(this::engines, "it does not begin");
    }

    @Test
    void oneThatIsLostOverAndOverIsLeftAloneForAMinute() {
        Engines engines = engines();
        assertThat(engines.living().engine()).isSameAs(started.getFirst());
        for (int i = 1; i < Restarts.MOST; i++) {
            loseLast();
            assertThat(engines.living().engine()).isSameAs(started.get(i));
        }
        loseLast();
        now.addAndGet(Restarts.LONG.toNanos() - 1);
        assertLost(engines::living, "MLX was lost 5 times in a row and is not started again for 60 s");
        assertLost(engines::living, "The last time: MLX was lost: so.");
        now.addAndGet(Restarts.LONG.toNanos());
        assertThat(engines.living().engine()).isSameAs(started.get(Restarts.MOST));
    }

    @Test
    void closingWaitsForNoPause() {
        Engines engines = engines();
        loseLast();
        failing.set(Restarts.MOST - 1);
        CompletableFuture<Engines.Session> waiting = CompletableFuture.supplyAsync(engines::living);
        await().pollInterval(Duration.ofMillis(10)).until(() -> failing.get() <= 2); // two pauses more would follow
        engines.close();
        assertThatThrownBy(waiting::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ExofluxException.class);
        assertThat(failing).hasPositiveValue();
        assertThat(started.getFirst().closed).isTrue();
    }

    @Test
    void closingWaitsForNoStart() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Engines engines = new Engines(
                () -> {
                    if (!started.isEmpty()) {
                        begun.countDown();
                        awaitQuietly(closed);
                    }
                    return start();
                },
                now::get);
        loseLast();
        CompletableFuture<Engines.Session> first = CompletableFuture.supplyAsync(engines::living);
        begun.await();
        CompletableFuture<Engines.Session> second = CompletableFuture.supplyAsync(engines::living);
        engines.close();
        closed.countDown();
        assertThat(first.join().engine()).isSameAs(started.getFirst());
        assertThat(second.join().engine()).isSameAs(started.getFirst());
        assertThat(started).hasSize(2);
        assertThat(started.getLast().closed).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Holds nothing, and is lost when it is told so. */
    private static final class Losable implements Engine {

        private volatile @Nullable ExofluxException lost;
        private volatile boolean closed;

        @Override
        public EngineFacts facts() {
            return new EngineFacts("0", false, "nothing", 0, 0, 0, ArrayType.F32);
        }

        @Override
        public int number() {
            return 1;
        }

        @Override
        public void tell(Program orders) {}

        @Override
        public void load(int matrix, MatrixData data, float @Nullable [] bias) {}

        @Override
        public void compute(int pass, Program steps, int tensor, int count, float[] out) {}

        @Override
        public void finish(int pass, Program steps) {}

        @Override
        public void abandon(int pass) {}

        @Override
        public long figure(Figure figure, int matrix) {
            return 0;
        }

        @Override
        public @Nullable ExofluxException lost() {
            return lost;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
