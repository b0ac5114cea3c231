package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps the batcher on a ring: lays the newest it was given, lays it again after a loss, leaves it for the next one, and gives
 * up when no ring is awake within the patience of the settings.
 *
 * <p>A ring is laid again at once, since it may be that only a connection broke, then after pauses that grow to {@link
 * #LONGEST_PAUSE}, and at once when there is another. Confined to the batcher's loop, into which signals and timers are brought.
 */
final class RingConnector {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Rings rings;
    private final Duration patience;
    private final Scheduler timer;
    private final Consumer<Runnable> loop;
    private final RingEntry.Listener listener;
    private final Consumer<ExofluxException> gaveUp;

    private @Nullable Offers offers;
    private volatile @Nullable Mesh mesh; // also read by metrics()
    private @Nullable Mesh next;
    private volatile @Nullable RingEntry entry; // also read by metrics()
    private @Nullable Throwable lost;
    private @Nullable Disposable pause;
    private @Nullable Disposable deadline;
    private int attempts;
    private int waits;

    /**
     * @param timer for pauses and patience
     * @param loop has something run within the batcher's loop
     * @param listener of the rings that are laid
     * @param gaveUp told within the loop when there is no ring, and none is awaited any more: the next {@link #connect} begins
     *     anew
     */
    RingConnector(
            Rings rings,
            Duration patience,
            Scheduler timer,
            Consumer<Runnable> loop,
            RingEntry.Listener listener,
            Consumer<ExofluxException> gaveUp) {
        this.rings = rings;
        this.patience = patience;
        this.timer = timer;
        this.loop = loop;
        this.listener = listener;
        this.gaveUp = gaveUp;
    }

    /** Bytes of caches on the ring, as {@link Mesh#cacheBytes}; from any thread. */
    long cacheBytes() {
        Mesh current = mesh;
        return current == null ? 0 : current.cacheBytes();
    }

    /** As {@link RingEntry#credit} says; from any thread. */
    long credit() {
        RingEntry current = entry;
        return current == null ? 0 : current.credit();
    }

    /** Stages on the ring. */
    int stages() {
        Mesh current = mesh;
        return current == null ? 1 : current.stages();
    }

    /** The ring that is laid, if there is one. */
    @Nullable
    RingEntry entry() {
        return entry;
    }

    /** The ring to answer on, laid now if need be; null while there is none. From here on there has to be one in time. */
    @Nullable
    RingEntry connect() {
        if (offers == null) {
            subscribe();
            return null;
        }
        Mesh newest = mesh;
        if (entry == null && newest != null && pause == null) {
            attempts++;
            RingEntry laid = new RingEntry(listener);
            entry = laid;
            laid.connect(newest);
        }
        if (entry != null && entry.awake()) {
            deadline = dispose(deadline);
            lost = null;
        } else {
            await();
        }
        return entry;
    }

    /** The ring that is laid, if there is one, while nobody waits for it. */
    @Nullable
    RingEntry idle() {
        deadline = dispose(deadline);
        return entry;
    }

    private void subscribe() {
        offers = new Offers();
        rings.inForce().subscribe(offers);
        loop.accept(() -> {}); // what is offered at once has been seen when this has the batcher connect again
    }

    /** A message came home. */
    void works() {
        attempts = 0;
    }

    /** Whether another ring waits for the batches on this one to come home; none are to be sent any more. */
    boolean leaving() {
        return entry != null && next != null;
    }

    /** Leaves the ring; the next is laid by {@link #connect}. */
    void leave() {
        disconnect();
        attempts = 0;
    }

    /** Whether a ring was lost and none has been awake since. */
    boolean seeking() {
        return lost != null;
    }

    /** The ring is lost: after a while, {@link #connect} lays it again, or the next. */
    void lost(Throwable cause) {
        boolean another = next != null;
        disconnect();
        lost = lost == null ? cause : lost;
        if (cause instanceof ExofluxException told && told.code() == ErrorCode.PROTOCOL) {
            giveUp(told); // the same would be said again
        } else if (another) {
            attempts = 0;
        } else if (attempts > 1) {
            long millis = Math.min(LONGEST_PAUSE.toMillis(), SHORTEST_PAUSE.toMillis() << Math.min(attempts - 2, 10));
            pause = timer.schedule(() -> loop.accept(this::resume), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void resume() {
        pause = dispose(pause);
    }

    /** From here on there has to be a ring within the patience. */
    private void await() {
        if (deadline == null) {
            int wait = ++waits;
            deadline =
                    timer.schedule(() -> loop.accept(() -> expire(wait)), patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void expire(int wait) {
        if (deadline == null || wait != waits) {
            return; // a ring came just in time
        }
        deadline = null;
        if (entry == null || !entry.awake()) {
            giveUp(BatcherErrors.impatient(lost, patience));
        }
    }

    private void giveUp(ExofluxException cause) {
        reset();
        gaveUp.accept(cause);
    }

    /** Lets go of the ring, as if none had ever been laid. */
    void reset() {
        disconnect();
        pause = dispose(pause);
        deadline = dispose(deadline);
        lost = null;
        attempts = 0;
    }

    /** The same, for good. */
    void close() {
        reset();
        if (offers != null) {
            offers.cancel();
        }
    }

    private void disconnect() {
        if (entry != null) {
            entry.disconnect();
            entry = null;
        }
        if (next != null) {
            mesh = next;
            next = null;
        }
    }

    private static @Nullable Disposable dispose(@Nullable Disposable timed) {
        if (timed != null) {
            timed.dispose();
        }
        return null;
    }

    private void offered(Mesh newest) {
        if (entry != null) {
            next = newest.equals(mesh) ? null : newest;
            return;
        }
        mesh = newest;
        pause = dispose(pause);
        attempts = 0;
    }

    private void refused(Throwable cause) {
        offers = null;
        next = null;
        giveUp(BatcherErrors.of(cause));
        mesh = null;
    }

    /** The one subscription to the rings. */
    private final class Offers extends BaseSubscriber<Mesh> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(Mesh newest) {
            tell(() -> offered(newest));
        }

        @Override
        protected void hookOnError(Throwable cause) {
            tell(() -> refused(cause));
        }

        @Override
        protected void hookOnComplete() {
            tell(() -> {
                if (mesh == null) {
                    refused(BatcherErrors.none());
                }
            });
        }

        private void tell(Runnable event) {
            loop.accept(() -> {
                if (this == offers) {
                    event.run();
                }
            });
        }
    }
}
