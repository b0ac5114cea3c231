package dev.exoflux.mesh.weights;

import dev.exoflux.model.weights.ByteRanges;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Who fetches which piece. A piece goes to one holder; when there are no others left, and it has been waited for long enough, to
 * a second one too: whoever has it first keeps it. Thread-safe.
 */
final class PieceQueue {

    private final Map<Holder, Deque<Task>> waiting = new HashMap<>();
    private final Set<Task> started = new LinkedHashSet<>();
    private final long lendAfter;
    private final LongSupplier nanos;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private int left;

    /** A piece, and who is at it. */
    static final class Task {

        private final Piece piece;
        private final Sinks.Empty<Void> taken = Sinks.empty();
        private final Set<Holder> at = new HashSet<>();
        private final Set<Holder> possible = new HashSet<>();
        private long since;
        private boolean claimed;
        private boolean done;

        private Task(Piece piece) {
            this.piece = piece;
        }

        Piece piece() {
            return piece;
        }

        /** When somebody has it. */
        Mono<Void> taken() {
            return taken.asMono();
        }
    }

    /**
     * @param offers which bytes of which file each holder has
     * @param nanos a clock, as {@link System#nanoTime()} is one
     */
    PieceQueue(
            List<Piece> pieces, Map<Holder, Map<String, ByteRanges>> offers, Duration lendAfter, LongSupplier nanos) {
        this.lendAfter = lendAfter.toNanos();
        this.nanos = nanos;
        this.left = pieces.size();
        offers.keySet().forEach(holder -> waiting.put(holder, new ArrayDeque<>()));
        for (Piece piece : pieces) {
            Task task = new Task(piece);
            offers.forEach((holder, its) -> {
                ByteRanges there = its.getOrDefault(piece.file(), ByteRanges.NONE);
                if (there.contains(piece.range().from(), piece.range().to())) {
                    task.possible.add(holder);
                    waitingFor(holder).addLast(task);
                }
            });
        }
    }

    private Deque<Task> waitingFor(Holder holder) {
        return waiting.getOrDefault(holder, new ArrayDeque<>());
    }

    /** The next piece for a holder, empty if there is none at the moment. */
    synchronized Optional<Task> take(Holder holder) {
        Optional<Task> next = fresh(holder).or(() -> lent(holder));
        next.ifPresent(task -> {
            task.at.add(holder);
            task.since = nanos.getAsLong();
            started.add(task);
        });
        return next;
    }

    private Optional<Task> fresh(Holder holder) {
        Deque<Task> tasks = waitingFor(holder);
        while (!tasks.isEmpty()) {
            Task task = tasks.removeFirst();
            if (!task.claimed && task.at.isEmpty()) {
                return Optional.of(task);
            }
        }
        return Optional.empty();
    }

    private Optional<Task> lent(Holder holder) {
        long now = nanos.getAsLong();
        return started.stream()
                .filter(task -> !task.claimed && task.at.size() == 1 && !task.at.contains(holder))
                .filter(task -> task.possible.contains(holder) && now - task.since >= lendAfter)
                .findFirst();
    }

    /** Whether whoever says so is the first to have the piece: it then writes it, and says when it is {@link #done}. */
    synchronized boolean claim(Task task) {
        boolean first = !task.claimed;
        task.claimed = true;
        return first;
    }

    /** A piece is on the disk. */
    void done(Task task) {
        boolean last;
        synchronized (this) {
            task.done = true;
            last = --left == 0;
        }
        task.taken.tryEmitEmpty();
        if (last) {
            finished.tryEmitEmpty();
        }
    }

    /** Whoever was at it is so no longer. */
    synchronized void leave(Task task, Holder holder) {
        task.at.remove(holder);
        if (task.at.isEmpty()) {
            started.remove(task);
            if (!task.done) {
                task.claimed = false; // cancelled while it was written
                task.possible.forEach(other -> waitingFor(other).addFirst(task));
            }
        }
    }

    /** No more pieces for that holder. */
    synchronized void remove(Holder holder) {
        waiting.remove(holder);
        started.forEach(task -> task.possible.remove(holder));
    }

    /** Whether there may be something to do for the holder, now or later. */
    synchronized boolean goesOn(Holder holder) {
        if (left == 0 || !waiting.containsKey(holder)) {
            return false;
        }
        return waitingFor(holder).stream().anyMatch(task -> !task.claimed)
                || started.stream().anyMatch(task -> task.possible.contains(holder));
    }

    /** Whether every piece is on the disk. */
    synchronized boolean isFinished() {
        return left == 0;
    }

    /** When every piece is on the disk. */
    Mono<Void> finished() {
        return finished.asMono();
    }
}
