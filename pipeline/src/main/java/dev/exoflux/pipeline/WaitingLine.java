package dev.exoflux.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a place: in order of arrival within a priority, and between priorities by {@link Shares}. Whose turn it is does not
 * change by others arriving, but for a priority of which nobody was there. For one thread at a time.
 */
final class WaitingLine<T> {

    private final SequencedMap<Priority, Deque<T>> lines = new LinkedHashMap<>(); // the highest first
    private final Shares shares = new Shares();
    private int size;

    WaitingLine() {
        for (Priority priority : Priority.values()) {
            lines.put(priority, new ArrayDeque<>());
        }
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Priority priority, T waiting) {
        if (line(priority).isEmpty()) {
            shares.awake(priority);
        }
        line(priority).addLast(waiting);
        size++;
    }

    /** Whose turn it is; null if nobody waits. */
    @Nullable
    T peek() {
        Priority next = next();
        return next == null ? null : line(next).getFirst();
    }

    /** Takes whose turn it is out; null if nobody waits. */
    @Nullable
    T poll() {
        Priority next = next();
        if (next == null) {
            return null;
        }
        shares.charge(next, 1);
        size--;
        return line(next).removeFirst();
    }

    /** Takes out whoever has the least claim to a place: the newest of the lowest priority; null if nobody waits. */
    @Nullable
    T last() {
        for (Deque<T> line : lines.reversed().values()) {
            if (!line.isEmpty()) {
                size--;
                return line.removeLast();
            }
        }
        return null;
    }

    /** Takes out the first of whom something is true; null if there is none. */
    @Nullable
    T remove(Predicate<T> wanted) {
        for (Deque<T> line : lines.values()) {
            for (Iterator<T> all = line.iterator(); all.hasNext(); ) {
                T waiting = all.next();
                if (wanted.test(waiting)) {
                    all.remove();
                    size--;
                    return waiting;
                }
            }
        }
        return null;
    }

    /** Takes out all of them. */
    List<T> clear() {
        List<T> all = new ArrayList<>(size);
        lines.values().forEach(line -> {
            all.addAll(line);
            line.clear();
        });
        size = 0;
        return all;
    }

    private @Nullable Priority next() {
        return size == 0 ? null : shares.next(priority -> !line(priority).isEmpty());
    }

    private Deque<T> line(Priority priority) {
        return Objects.requireNonNull(lines.get(priority));
    }
}
