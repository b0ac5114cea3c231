package dev.exoflux.pipeline;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs events one after another without a thread or a lock of its own: whoever brings an event while none is being handled
 * handles it, and all that arrive meanwhile; everyone else leaves theirs and goes on (the drain loop of reactive operators).
 * State that only events touch is so confined, and an event may bring further events.
 */
final class SerialLoop {

    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Runnable settle;
    private final Consumer<Throwable> crashed;

    /**
     * @param settle runs when no event is left, to act on what has changed
     * @param crashed gets what an event or {@code settle} threw, within the loop
     */
    SerialLoop(Runnable settle, Consumer<Throwable> crashed) {
        this.settle = settle;
        this.crashed = crashed;
    }

    /** Has {@code event} handled, now or by whoever is at it. */
    void tell(Runnable event) {
        events.add(event);
        wake();
    }

    /** Has {@code settle} run, now or by whoever is at it. */
    void wake() {
        if (pending.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            round();
            seen = pending.addAndGet(-seen);
        }
    }

    private void round() {
        try {
            for (Runnable event = events.poll(); event != null; event = events.poll()) {
                event.run();
            }
            settle.run();
        } catch (Throwable e) {
            crashed.accept(e);
        }
    }
}
