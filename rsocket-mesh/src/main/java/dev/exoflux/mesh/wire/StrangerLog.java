package dev.exoflux.mesh.wire;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of connections that were turned away, without letting those who make them fill the log. */
final class StrangerLog {

    private static final Logger LOG = LoggerFactory.getLogger(StrangerLog.class);
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    /** Lines in a row before a pause: a few strangers are each worth one. */
    private static final int BURST = 5;

    private final LongSupplier nanoTime;
    private final AtomicLong rejected = new AtomicLong();
    private long windowStart;
    private int lines;
    private long untold;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    StrangerLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    /** Connections turned away so far. */
    long rejected() {
        return rejected.get();
    }

    void rejected(@Nullable SocketAddress from, String reason) {
        rejected.incrementAndGet();
        long before = line();
        if (before >= 0) {
            LOG.warn(
                    "Turned away a connection from {}: {}{}",
                    from,
                    reason,
                    before == 0 ? "" : " (and " + before + " others before)");
        }
    }

    /** How many were not told of since the last line; negative for no line now. */
    private synchronized long line() {
        long now = nanoTime.getAsLong();
        if (now - windowStart > PAUSE) {
            windowStart = now;
            lines = 0;
        }
        if (lines == BURST) {
            untold++;
            return -1;
        }
        lines++;
        long before = untold;
        untold = 0;
        return before;
    }
}
