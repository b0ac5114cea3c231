package dev.exoflux.mesh.wire;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Frames that are handed to a connection by its own event loop, whoever makes them: RSocket may lose one, and its memory, when
 * another thread sends while the connection ends. Demand and cancel pass as they are; nothing is asked for ahead. A frame that
 * comes too late is released.
 */
final class OnLoop extends Flux<ByteBuf> {

    private final Flux<ByteBuf> frames;
    private final Executor loop;

    /** @param loop runs tasks in order, one at a time */
    OnLoop(Flux<ByteBuf> frames, Executor loop) {
        this.frames = frames;
        this.loop = loop;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
        frames.subscribe(new Handover(actual, loop));
    }

    private static final class Handover implements CoreSubscriber<ByteBuf>, Subscription {

        private final CoreSubscriber<? super ByteBuf> actual;
        private final Executor loop;
        private volatile Subscription upstream = Operators.emptySubscription();
        private volatile boolean cancelled;

        Handover(CoreSubscriber<? super ByteBuf> actual, Executor loop) {
            this.actual = actual;
            this.loop = loop;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(ByteBuf frame) {
            try {
                loop.execute(() -> handOver(frame));
            } catch (RejectedExecutionException e) { // the endpoint has ended
                frame.release();
                cancel();
            }
        }

        private void handOver(ByteBuf frame) {
            if (cancelled) {
                frame.release();
            } else {
                actual.onNext(frame);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end(() -> actual.onError(failure));
        }

        @Override
        public void onComplete() {
            end(actual::onComplete);
        }

        private void end(Runnable signal) {
            try {
                loop.execute(() -> {
                    if (!cancelled) {
                        signal.run();
                    }
                });
            } catch (RejectedExecutionException e) {
                cancelled = true; // nobody is there to hear of it
            }
        }

        @Override
        public void request(long n) {
            upstream.request(n);
        }

        @Override
        public void cancel() {
            cancelled = true;
            upstream.cancel();
        }
    }
}
