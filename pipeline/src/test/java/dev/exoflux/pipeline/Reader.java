package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A subscriber of an answer with a hand on its demand. */
final class Reader extends BaseSubscriber<SequenceToken> {

    private final long demand;
    private final List<SequenceToken> tokens = new ArrayList<>();
    private Consumer<SequenceToken> onToken = token -> {};
    private boolean completed;
    private @Nullable Throwable error;

    /** @param demand to begin with */
    Reader(long demand) {
        this.demand = demand;
    }

    /** What to do when a token comes. */
    void onToken(Consumer<SequenceToken> action) {
        onToken = action;
    }

    List<SequenceToken> tokens() {
        return tokens;
    }

    List<Integer> ids() {
        return tokens.stream().map(SequenceToken::id).toList();
    }

    boolean completed() {
        return completed;
    }

    @Nullable
    Throwable error() {
        return error;
    }

    /** The error it must have ended in. */
    ExofluxException failure() {
        assertThat(error).isInstanceOf(ExofluxException.class);
        return (ExofluxException) error;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (demand > 0) {
            request(demand);
        }
    }

    @Override
    protected void hookOnNext(SequenceToken token) {
        tokens.add(token);
        onToken.accept(token);
    }

    @Override
    protected void hookOnComplete() {
        completed = true;
    }

    @Override
    protected void hookOnError(Throwable cause) {
        error = cause;
    }
}
