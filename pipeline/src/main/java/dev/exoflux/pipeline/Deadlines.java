package dev.exoflux.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The moments by which requests have to have ended. Confined to the loop of whoever has it; only timers come from elsewhere. */
final class Deadlines {

    private static final Duration BEHIND = Duration.ofMillis(250);

    private final Scheduler timer;
    private final LongConsumer passed;
    private final Map<Long, Disposable> timers = new HashMap<>();

    /** @param passed called from any thread with the id of a request whose deadline has passed */
    Deadlines(Scheduler timer, LongConsumer passed) {
        this.timer = timer;
        this.passed = passed;
    }

    /**
     * The same answer until a while after its deadline, then DEADLINE_EXCEEDED: for what goes on before a batcher, or a gate, which say
     * it sooner, knows of it. Demand, cancel and errors pass through.
     */
    static <T> Flux<T> enforced(Flux<T> answer, @Nullable Instant deadline, Scheduler timer) {
        return deadline == null
                ? answer
                : Flux.defer(() ->
                        answer.takeUntilOther(Mono.delay(left(deadline, timer).plus(BEHIND), timer)
                                .then(Mono.error(() -> BatcherErrors.late(deadline, true)))));
    }

    /** Whether a deadline has passed. */
    boolean over(@Nullable Instant deadline) {
        return deadline != null && left(deadline, timer).isZero();
    }

    /** Has it told when the deadline of a request passes. */
    void watch(long id, @Nullable Instant deadline) {
        if (deadline != null) {
            timers.put(
                    id,
                    timer.schedule(
                            () -> passed.accept(id), left(deadline, timer).toMillis(), TimeUnit.MILLISECONDS));
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

    /** Rounded up to milliseconds, since a timer is never to be early; none where it has passed. */
    private static Duration left(Instant deadline, Scheduler timer) {
        Instant now = Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
        long millis = Duration.between(now, deadline).plusNanos(999_999).toMillis();
        return Duration.ofMillis(Math.max(0, millis));
    }
}
