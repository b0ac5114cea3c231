package dev.exoflux.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The compute threads: they help whichever thread brings a loop to get through its items.
 *
 * <p>A thread takes the next few items when it is done with its last ones, so the pace of the others never holds it up; the
 * calling thread works as well and returns when all items are done. Several threads may bring loops at once; a thread
 * without work spins for a moment, since the next operation of a pass follows within microseconds, and then parks, so that
 * an idle server uses no processor.
 */
final class Workers implements AutoCloseable {

    /** What one thread does for the items {@code [from, to)} of a loop. */
    interface Task {
        void run(int from, int to, Scratch scratch);
    }

    /** Loops that can be open for helpers at once; one more is done by its own thread alone. */
    private static final int SLOTS = 32;

    private static final long SPIN_NANOS = 50_000;

    private final AtomicReferenceArray<@Nullable Loop> slots = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger parked = new AtomicInteger();
    private final Helper[] helpers;
    private volatile boolean closed;

    /** @param threads that work on a loop at most, the calling thread among them */
    Workers(int threads) {
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        for (Helper helper : helpers) {
            helper.start();
        }
    }

    int threads() {
        return helpers.length + 1;
    }

    /**
     * Runs {@code task} over the items {@code [0, items)} and returns when all are done.
     *
     * @param grain items taken at a time
     * @param scratch of the calling thread
     * @throws IllegalStateException after {@link #close()}
     */
    void run(int items, int grain, Task task, Scratch scratch) {
        if (closed) {
            throw new IllegalStateException("the backend is closed");
        }
        if (items <= grain || helpers.length == 0) { // nobody to share with, and nothing to leave behind
            for (int from = 0; from < items; from += grain) {
                task.run(from, Math.min(items, from + grain), scratch);
            }
            return;
        }
        Loop loop = scratch.loops().begin(items, grain, task);
        int slot = offer(loop);
        loop.work(scratch);
        if (slot >= 0) {
            slots.set(slot, null);
        }
        loop.await();
    }

    private int offer(Loop loop) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, loop)) {
                wake();
                return slot;
            }
        }
        return -1;
    }

    private void wake() {
        if (parked.get() > 0) {
            for (Helper helper : helpers) {
                helper.wake();
            }
        }
    }

    private boolean anyWork() {
        for (int slot = 0; slot < SLOTS; slot++) {
            Loop loop = slots.get(slot);
            if (loop != null && loop.hasItems()) {
                return true;
            }
        }
        return false;
    }

    /** A loop with items, held so that it is not begun anew until it is {@linkplain Loop#letGo let go}. */
    private @Nullable Loop hold() {
        for (int slot = 0; slot < SLOTS; slot++) {
            Loop loop = slots.get(slot);
            if (loop != null) {
                loop.hold();
                if (slots.get(slot) == loop && loop.hasItems()) { // else it may be something else by now
                    return loop;
                }
                loop.letGo();
            }
        }
        return null;
    }

    /** Ends the threads when they are done with what they took. */
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    /** The loops of one calling thread, used again and again: a pass has many operations, and leaves none of them behind. */
    static final class Loops {

        /** One more than helpers hold on to for a moment after its end, mostly. */
        private static final int KEPT = 4;

        private final Loop[] kept = new Loop[KEPT];

        Loops() {
            Arrays.setAll(kept, i -> new Loop());
        }

        private Loop begin(int items, int grain, Task task) {
            for (Loop loop : kept) {
                if (!loop.held()) {
                    loop.begin(items, grain, task);
                    return loop;
                }
            }
            kept[0] = new Loop(); // whoever holds the other one finds no items in it
            kept[0].begin(items, grain, task);
            return kept[0];
        }
    }

    private static final class Loop {
        private static final VarHandle NEXT = field("next", int.class);
        private static final VarHandle OUTSTANDING = field("outstanding", int.class);
        private static final VarHandle FAILURE = field("failure", Throwable.class);
        private static final VarHandle HOLDERS = field("holders", int.class);
        private static final Task NOTHING = (from, to, scratch) -> {};

        private int items;
        private int grain;
        private Task task = NOTHING;
        private Thread caller = Thread.currentThread();
        private volatile int next;
        private volatile int outstanding;
        private volatile int holders;
        private volatile boolean waits;
        private volatile @Nullable Throwable failure;

        /** To be called while nobody holds it, and before it is offered. */
        void begin(int items, int grain, Task task) {
            this.items = items;
            this.grain = grain;
            this.task = task;
            this.caller = Thread.currentThread();
            this.failure = null;
            this.waits = false;
            this.outstanding = items;
            this.next = 0;
        }

        void hold() {
            HOLDERS.getAndAdd(this, 1);
        }

        void letGo() {
            HOLDERS.getAndAdd(this, -1);
        }

        boolean held() {
            return holders > 0;
        }

        private static VarHandle field(String name, Class<?> type) {
            try {
                return MethodHandles.lookup().findVarHandle(Loop.class, name, type);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        boolean hasItems() {
            return next < items;
        }

        void work(Scratch scratch) {
            while (hasItems()) {
                int from = (int) NEXT.getAndAdd(this, grain);
                if (from < items) {
                    run(from, Math.min(items, from + grain), scratch);
                }
            }
        }

        private void run(int from, int to, Scratch scratch) {
            try {
                task.run(from, to, scratch);
            } catch (Throwable e) { // whatever it is, the calling thread must hear of it and not wait for ever
                FAILURE.compareAndSet(this, null, e);
            }
            if ((int) OUTSTANDING.getAndAdd(this, from - to) == to - from && waits) {
                LockSupport.unpark(caller); // mostly it has not gone to sleep, and telling it would cost microseconds
            }
        }

        void await() {
            long spinUntil = System.nanoTime() + SPIN_NANOS;
            while (outstanding > 0) {
                if (System.nanoTime() < spinUntil) {
                    Thread.onSpinWait();
                } else {
                    waits = true; // before it looks again: whoever ends the loop looks at this after ending it
                    if (outstanding > 0) {
                        LockSupport.park(this);
                    }
                }
            }
            Throwable thrown = failure;
            if (thrown instanceof RuntimeException e) {
                throw e;
            } else if (thrown instanceof Error e) {
                throw e;
            }
        }
    }

    private final class Helper extends Thread {
        private final Scratch scratch = new Scratch();
        private volatile boolean asleep;

        Helper(int number) {
            super("exoflux-compute-" + number);
            setDaemon(true);
        }

        @Override
        public void run() {
            long spinUntil = System.nanoTime() + SPIN_NANOS;
            while (!closed) {
                Loop loop = hold();
                if (loop != null) {
                    loop.work(scratch);
                    loop.letGo();
                    spinUntil = System.nanoTime() + SPIN_NANOS;
                } else if (System.nanoTime() < spinUntil) {
                    Thread.onSpinWait();
                } else {
                    sleep();
                    spinUntil = System.nanoTime() + SPIN_NANOS;
                }
            }
        }

        /** Parks unless work came in between: who brings work looks at {@code parked} only after offering it. */
        private void sleep() {
            asleep = true;
            parked.incrementAndGet();
            while (!closed && !anyWork()) {
                LockSupport.park(Workers.this);
            }
            asleep = false;
            parked.decrementAndGet();
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(this);
            }
        }
    }
}
