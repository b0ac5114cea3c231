package dev.exoflux.pipeline;

import dev.exoflux.model.ExofluxException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Ends streams from outside, once and in an error. Thread-safe. */
public final class Ending {

    private final Sinks.Empty<Void> end = Sinks.empty();
    private volatile @Nullable ExofluxException cause;

    /** Ends the streams there are, and at once those that are subscribed to later. */
    public void fail(ExofluxException why) {
        cause = why;
        end.tryEmitEmpty();
    }

    /**
     * What of {@code source} comes until then. Demand, cancel and errors pass as they are; at the end {@code source} is cancelled. Nothing
     * is buffered, so nothing is discarded.
     */
    public <T> Flux<T> of(Flux<T> source) {
        // the end has to complete: at an error the source would not be cancelled
        return source.takeUntilOther(end.asMono()).concatWith(Mono.defer(this::failed));
    }

    private <T> Mono<T> failed() {
        ExofluxException why = cause;
        return why == null ? Mono.empty() : Mono.error(why);
    }
}
