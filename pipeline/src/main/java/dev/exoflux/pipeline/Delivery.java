package dev.exoflux.pipeline;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * The way of one sequence's tokens out of the batcher: the subscriber's demand in, tokens out, on another thread than the
 * one that computes.
 *
 * <p>An operator such as {@code publishOn} would do the hop, but would ask for tokens that nobody asked it for. Here the
 * batcher reads the subscriber's own demand ({@link #demand}) and computes only what is wanted. A subscriber that asked for
 * everything and then does not keep up is stopped at {@link #BACKLOG} tokens.
 */
final class Delivery implements Subscription {

    /** Tokens that may wait here for a subscriber who asked for them and is busy. */
    static final int BACKLOG = 16;

    private final CoreSubscriber<? super SequenceToken> subscriber;
    private final Scheduler scheduler;
    private final Runnable changed;
    private final Runnable cancel;

    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong emitted = new AtomicLong();
    private final AtomicInteger pending = new AtomicInteger();
    private final Queue<SequenceToken> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean cancelled;
    private volatile boolean complete;
    private volatile boolean full;
    private volatile @Nullable Throwable error;

    /**
     * @param scheduler whose threads call the subscriber
     * @param changed called when demand or backlog may let the sequence go on, from any thread
     * @param cancel called once when the subscriber cancels, from any thread
     */
    Delivery(CoreSubscriber<? super SequenceToken> subscriber, Scheduler scheduler, Runnable changed, Runnable cancel) {
        this.subscriber = subscriber;
        this.scheduler = scheduler;
        this.changed = changed;
        this.cancel = cancel;
    }

    /** Tokens that may be computed now, beyond those offered already; never more than the backlog has room for. */
    int demand() {
        int demand = wantedWithinBacklog();
        if (demand == 0) {
            full = true; // before looking again, so that a delivery in between is either seen or sees this
            demand = wantedWithinBacklog();
        }
        return demand;
    }

    private int wantedWithinBacklog() {
        long wanted = requested.get() == Long.MAX_VALUE ? BACKLOG : requested.get() - offered.get();
        long room = BACKLOG - (offered.get() - emitted.get());
        return Math.clamp(Math.min(wanted, room), 0, BACKLOG);
    }

    boolean cancelled() {
        return cancelled;
    }

    /** Takes a token; within the batcher's loop. */
    void offer(SequenceToken token) {
        waiting.add(token);
        offered.incrementAndGet();
        schedule();
    }

    /** No more tokens; within the batcher's loop. */
    void complete() {
        complete = true;
        schedule();
    }

    /** Ends in {@code cause}, with or without what is still waiting; within the batcher's loop. */
    void fail(Throwable cause) {
        error = cause;
        complete();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            if (!waiting.isEmpty()) {
                schedule();
            }
            changed.run();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            cancel.run();
        }
    }

    private void schedule() {
        if (pending.getAndIncrement() == 0) {
            scheduler.schedule(this::deliver);
        }
    }

    private void deliver() {
        int seen = pending.get();
        while (seen != 0) {
            try {
                deliverWaiting();
            } catch (RuntimeException e) { // against the rules of onNext, but the sequence must not be left behind
                cancel();
                Operators.onErrorDropped(e, subscriber.currentContext());
            }
            seen = pending.addAndGet(-seen);
        }
    }

    private void deliverWaiting() {
        while (!cancelled && emitted.get() < requested.get()) {
            SequenceToken token = waiting.poll();
            if (token == null) {
                break;
            }
            emitted.incrementAndGet();
            subscriber.onNext(token);
        }
        if (cancelled) {
            waiting.clear();
        } else if (complete && (error != null || waiting.isEmpty())) {
            finish();
        } else if (full) {
            full = false;
            changed.run();
        }
    }

    private void finish() {
        cancelled = true;
        Throwable cause = error;
        if (cause == null) {
            subscriber.onComplete();
        } else {
            subscriber.onError(cause);
        }
    }
}
