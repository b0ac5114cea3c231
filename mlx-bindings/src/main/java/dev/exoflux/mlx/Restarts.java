package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How soon a lost engine may be followed by another: at once, then after pauses that grow, and after too many in a row not before a
 * rest. Confined to its owner's lock.
 */
final class Restarts {

    /** Lost one after the other, each soon after its start, that end in a rest. */
    static final int MOST = 5;

    /** An engine that was there for so long does not count among those; and so long is a rest. */
    static final Duration LONG = Duration.ofMinutes(1);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private final LongSupplier nanos;
    private long started;
    private long refusedSince;
    private int inARow;

    /** @param nanos a clock as {@link System#nanoTime} */
    Restarts(LongSupplier nanos) {
        this.nanos = nanos;
        this.started = nanos.getAsLong();
    }

    /** An engine begins. */
    void started() {
        started = nanos.getAsLong();
    }

    /**
     * An engine was lost, or did not begin: for how long nothing is to be started.
     *
     * @param last how it was
     * @throws ExofluxException BACKEND_LOST while there is a rest
     */
    Duration lost(ExofluxException last) {
        long now = nanos.getAsLong();
        if (inARow >= MOST) {
            if (now - refusedSince < LONG.toNanos()) {
                throw tooMany(last);
            }
            inARow = 0;
        } else if (now - started >= LONG.toNanos()) {
            inARow = 0;
        }
        inARow++;
        if (inARow >= MOST) {
            refusedSince = now;
            throw tooMany(last);
        }
        return inARow == 1 ? Duration.ZERO : SHORTEST_PAUSE.multipliedBy(1L << (inARow - 2));
    }

    private static ExofluxException tooMany(ExofluxException last) {
        return new ExofluxException(
                ErrorCode.BACKEND_LOST,
                "MLX was lost %d times in a row and is not started again for %d s. The last time: %s%nMaybe use a smaller model or a shorter context, or --backend cpu; the log says what MLX printed."
                        .formatted(
                                MOST,
                                LONG.toSeconds(),
                                String.valueOf(last.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("")),
                last);
    }
}
