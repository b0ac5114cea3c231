package dev.exoflux.pipeline;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The two ends of a ring that meet at its entry, while one connection lives: what the batcher sends out and what comes
 * home. Demand is bounded both ways.
 */
final class RingEntry {

    private final Listener listener;
    private final Home home = new Home();
    private final AtomicLong wanted = new AtomicLong();
    private volatile @Nullable CoreSubscriber<? super StageMessage> first;
    private volatile boolean awake;

    /** What happens at the entry; called from any thread. */
    interface Listener {

        /** The ring takes more messages than before. */
        void wanted();

        /** A message came home; {@link #taken} makes room for another. */
        void received(RingEntry ring, StageMessage message);

        /** The ring is gone; nothing comes home any more. */
        void lost(RingEntry ring, Throwable cause);
    }

    RingEntry(Listener listener) {
        this.listener = listener;
    }

    /** Wakes the ring. */
    void connect(Mesh mesh) {
        mesh.ring(new Outbound()).subscribe(home);
    }

    /** Whether every stage has been reached: then the first has asked for messages. */
    boolean awake() {
        return awake;
    }

    /** Whether the first stage has room for a message. */
    boolean open() {
        return wanted.get() > 0;
    }

    /** Messages the first stage takes beyond those it was sent; from any thread. */
    long credit() {
        return wanted.get();
    }

    /** Sends a message out; only while {@link #open()}, and from one thread at a time. */
    void send(StageMessage message) {
        CoreSubscriber<? super StageMessage> stage = first;
        if (stage != null) {
            wanted.decrementAndGet();
            stage.onNext(message);
        }
    }

    /** Has done with one received message. */
    void taken() {
        home.request(1);
    }

    /** Lets go of the ring: every stage frees the caches of all sequences. */
    void disconnect() {
        home.cancel();
    }

    /** What goes out, by demand of the first stage. */
    private final class Outbound extends Flux<StageMessage> implements Subscription {

        @Override
        public void subscribe(CoreSubscriber<? super StageMessage> stage) {
            first = stage;
            stage.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            wanted.accumulateAndGet(n, Operators::addCap);
            awake = true;
            listener.wanted();
        }

        @Override
        public void cancel() {
            wanted.set(0);
        }
    }

    /** What comes from the tail. */
    private final class Home extends BaseSubscriber<StageMessage> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(ModelStage.IN_FLIGHT);
        }

        @Override
        protected void hookOnNext(StageMessage message) {
            listener.received(RingEntry.this, message);
        }

        @Override
        protected void hookOnComplete() {
            listener.lost(RingEntry.this, new IllegalStateException("The ring has come to an end."));
        }

        @Override
        protected void hookOnError(Throwable cause) {
            listener.lost(RingEntry.this, cause);
        }
    }
}
