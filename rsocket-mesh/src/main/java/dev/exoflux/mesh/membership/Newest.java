package dev.exoflux.mesh.membership;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A value that changes, as a stream: whoever subscribes gets the newest at once; whoever reads slowly skips to the newest.
 * Written by one thread at a time.
 */
public final class Newest<T> {

    private final Sinks.Many<T> sink = Sinks.many().replay().latest();
    private volatile T value;

    public Newest(T first) {
        value = first;
        sink.tryEmitNext(first);
    }

    public T get() {
        return value;
    }

    /** Says nothing where it is what it was. */
    public void set(T next) {
        if (!next.equals(value)) {
            value = next;
            sink.tryEmitNext(next);
        }
    }

    public void complete() {
        sink.tryEmitComplete();
    }

    /** Readers are called on a thread of their own, one value ahead at most; cancelling frees everything. */
    public Flux<T> flux() {
        return sink.asFlux().onBackpressureLatest().publishOn(Schedulers.parallel(), 1);
    }
}
