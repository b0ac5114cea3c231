package dev.exoflux.mlx;

import java.time.Duration;

/**
 * How long MLX may take for something until it is taken for lost in it: many times what it took for as much before, and never
 * less than a minute. Confined to its owner's lock.
 */
final class Patience {

    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final double TIMES = 30;

    /** Bytes a second, until something was measured: less than a slow core reads. */
    private static final double UNKNOWN_SPEED = 1e9;

    private final Duration least;
    private double bytes;
    private double seconds;

    Patience() {
        this(LEAST);
    }

    /** @param least however little there is to do */
    Patience(Duration least) {
        this.least = least;
    }

    /** Something took so long. */
    void took(long bytesRead, long nanos) {
        bytes += bytesRead;
        seconds += nanos / 1e9;
    }

    /** For something that reads so many bytes, were each row computed on its own. */
    Duration with(long bytesRead) {
        double speed = bytes > 0 && seconds > 0 ? bytes / seconds : UNKNOWN_SPEED;
        Duration many = Duration.ofMillis(Math.round(1e3 * TIMES * bytesRead / speed));
        return many.compareTo(least) > 0 ? many : least;
    }
}
