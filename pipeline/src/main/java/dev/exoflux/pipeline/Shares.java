package dev.exoflux.pipeline;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deals something scarce out between priorities by their weights: start-time fair queueing (Goyal et al. 1996) over three classes. A
 * class that wanted nothing for a while has no claim to make up for it. For one thread at a time.
 */
final class Shares {

    /** A multiple of every weight. */
    private static final long UNIT = 4;

    private final Map<Priority, Long> used = new EnumMap<>(Priority.class);
    private long now;

    /** A class wants some again, after it wanted none. */
    void awake(Priority priority) {
        used.merge(priority, now, Math::max);
    }

    /** Whose turn it is among those that want some; of two that have had as much the higher one. Null if nobody does. */
    @Nullable
    Priority next(Predicate<Priority> wants) {
        Priority next = null;
        for (Priority priority : Priority.values()) {
            if (wants.test(priority) && (next == null || used(priority) < used(next))) {
                next = priority;
            }
        }
        return next;
    }

    /** A class gets so much. */
    void charge(Priority priority, long amount) {
        now = Math.max(now, used(priority));
        used.merge(priority, amount * UNIT / priority.weight(), Long::sum);
    }

    private long used(Priority priority) {
        return used.getOrDefault(priority, 0L);
    }
}
