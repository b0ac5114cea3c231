package dev.exoflux.mesh.membership;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who was turned away and why: once, and again after a while, however often he knocks. Thread-safe. */
final class Rejections {

    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final int REMEMBERED = 256;
    private static final long QUIET = Duration.ofMinutes(10).toNanos();

    private final LongSupplier clock;
    private final Consumer<String> log;
    private final Map<String, Long> said = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** To the program's log. */
    Rejections() {
        this(System::nanoTime, LOG::warn);
    }

    Rejections(LongSupplier nanoClock, Consumer<String> log) {
        this.clock = nanoClock;
        this.log = log;
    }

    synchronized void rejected(String who, String reason) {
        long now = clock.getAsLong();
        Long last = said.get(who + " " + reason);
        if (last == null || now - last >= QUIET) {
            said.put(who + " " + reason, now);
            log.accept("Turned away " + who + ": " + reason);
        }
    }
}
