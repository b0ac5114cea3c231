package dev.exoflux.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** The moments by which requests have to have ended. Confined to the loop of whoever has it; only timers come from elsewhere. */
final class Deadlines {

    private final Scheduler timer;
    private final LongConsumer passed;
    private final Map<Long, Disposable> timers = new HashMap<>();

    /** @param passed called from any thread with the id of a request whose deadline has passed */
    Deadlines(Scheduler timer, LongConsumer passed) {
        this.timer = timer;
        this.passed = passed;
    }

    /** Whether a deadline has passed. */
    boolean over(@Nullable Instant deadline) {
        return deadline != null && left(deadline) <= 0;
    }

    /** Has it told when the deadline of a request passes. */
    void watch(long id, @Nullable Instant deadline) {
        if (deadline != null) {
            timers.put(id, timer.schedule(() -> passed.accept(id), left(deadline), TimeUnit.MILLISECONDS));
        }
    }

    /** The request has ended. */
    void forget(long id) {
        Disposable waiting = timers.isEmpty() ? null : timers.remove(id);
        if (waiting != null) {
            waiting.dispose();
        }
    }

    /** All have ended. */
    void clear() {
        timers.values().forEach(Disposable::dispose);
        timers.clear();
    }

    /** Milliseconds, rounded up: a timer is never early. */
    private long left(Instant deadline) {
        Instant now = Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
        return Duration.between(now, deadline).plusNanos(999_999).toMillis();
    }
}
