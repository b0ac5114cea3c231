package dev.exoflux.pipeline;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Takes the tokens of one answer over from the thread they arrive on, such as an event loop, to one where text may be made of
 * them.
 *
 * <p>Asks for no token that the subscriber did not ask for, and for {@link Delivery#BACKLOG} at most ahead of what the subscriber has
 * taken.
 */
public final class Handover {

    private final SerialLoop loop;
    private final Delivery out;
    private final Arrivals arrivals;
    private int coming;

    private Handover(CoreSubscriber<? super SequenceToken> subscriber, Scheduler scheduler) {
        this.loop = new SerialLoop(this::ask, this::crash);
        this.arrivals = new Arrivals(subscriber.currentContext());
        this.out = new Delivery(subscriber, scheduler, loop::wake, arrivals::cancel);
    }

    /**
     * The same tokens on threads of {@code scheduler}. Cancel, error and completion are passed on; an error comes behind the
     * tokens before it. Discarded tokens hold no resource.
     */
    public static Flux<SequenceToken> to(Scheduler scheduler, Flux<SequenceToken> tokens) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SequenceToken> subscriber) {
                Handover handover = new Handover(subscriber, scheduler);
                subscriber.onSubscribe(handover.out);
                tokens.subscribe(handover.arrivals);
            }
        };
    }

    private void ask() {
        int more = arrivals.begun ? out.demand() - coming : 0;
        if (more > 0) {
            coming += more;
            arrivals.request(more);
        }
    }

    private void crash(Throwable cause) {
        arrivals.cancel();
        out.fail(cause);
    }

    /** What comes in, by the demand of the other side. */
    private final class Arrivals extends BaseSubscriber<SequenceToken> {

        private final Context context;
        private volatile boolean begun;

        Arrivals(Context context) {
            this.context = context;
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            begun = true;
            loop.wake();
        }

        @Override
        protected void hookOnNext(SequenceToken token) {
            loop.tell(() -> {
                coming--;
                out.offer(token);
            });
        }

        @Override
        protected void hookOnComplete() {
            loop.tell(out::complete);
        }

        @Override
        protected void hookOnError(Throwable cause) {
            loop.tell(() -> out.fail(cause));
        }
    }
}
