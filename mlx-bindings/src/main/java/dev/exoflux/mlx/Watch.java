package dev.exoflux.mlx;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a worker, five times a second, for signs that it will not answer any more: its count stands still, or what it has been
 * asked takes longer than anything may. Counts looks and not time: while this process itself is stopped, none are taken.
 */
final class Watch {

    static final Duration LOOK = Duration.ofMillis(200);

    /** Looks at a count that stands still, until a worker is given up. A machine that has much else to do may not let it count for a while. */
    static final int STILL = 6;

    /** The same of one that the system says is stopped. */
    static final int STOPPED = 2;

    private final LongSupplier beats;
    private final BooleanSupplier stopped;
    private long seen = -1;
    private int still;
    private long question;
    private long waits;

    /**
     * A watch over one worker.
     *
     * @param beats its count
     * @param stopped whether the system says that it is stopped; asked only about one that does not count
     */
    Watch(LongSupplier beats, BooleanSupplier stopped) {
        this.beats = beats;
        this.stopped = stopped;
    }

    /**
     * Looks.
     *
     * @param asked which question is waited for, by number; 0 for none
     * @param patience for its answer
     * @return why the worker is to be given up, as what is said of it; or null
     */
    @Nullable
    String look(long asked, Duration patience) {
        long now = beats.getAsLong();
        still = now == seen ? still + 1 : 0;
        seen = now;
        waits = asked != 0 && asked == question ? waits + 1 : 0;
        question = asked;
        if (still >= STOPPED && stopped.getAsBoolean()) {
            return "was stopped";
        }
        if (still >= STILL) {
            return "gave no sign of life for %d ms"
                    .formatted(LOOK.multipliedBy(still).toMillis());
        }
        Duration waited = LOOK.multipliedBy(waits);
        return waited.compareTo(patience) > 0
                ? "computed for %.1f s without an end".formatted(waited.toMillis() / 1e3)
                : null;
    }
}
