package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.Token.FinishReason;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of one answer has been given: tokens of the prompt that are echoed, then those of the answer, each with what it came
 * to. Confined to the batcher's loop, but for the figures.
 */
final class HandedOut {

    private final SequenceRequest request;
    private final Delivery delivery;
    private final AtomicInteger cached = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private int echoed;
    private boolean finished;

    HandedOut(SequenceRequest request, Delivery delivery) {
        this.request = request;
        this.delivery = delivery;
        SequenceRequest.Resumed resumed = request.resumed();
        if (resumed != null) {
            echoed = resumed.echoed();
            answered.set(resumed.answer().length);
        }
    }

    /** Tokens of the answer; readable from any thread. */
    int answered() {
        return answered.get();
    }

    /** Tokens of the prompt that were not computed; readable from any thread. */
    int cached() {
        return cached.get();
    }

    /** Tells so many with every token. */
    void cached(int tokens) {
        cached.set(tokens);
    }

    /** Tokens of the prompt. */
    int echoed() {
        return echoed;
    }

    /** Whether anything has been. */
    boolean begun() {
        return answered.get() + echoed > 0;
    }

    /** Whether the last token has been. */
    boolean finished() {
        return finished;
    }

    /** Whether tokens of the prompt are still to be, with their log-probabilities. */
    boolean scoring() {
        return request.scored() && echoed < request.prompt().length;
    }

    /** Tokens of the answer that may still be. */
    int left() {
        return Math.min(delivery.demand(), request.maxTokens() - answered.get());
    }

    /** Hands out what needs no computing: an echo without log-probabilities, or the first token of one with them. */
    void start() {
        int due = !request.echo() ? 0 : request.scored() ? 1 : request.prompt().length;
        while (echoed < due) {
            echo(null);
        }
    }

    /** The next token of the prompt. */
    void echo(Sampled.@Nullable Logprobs logprobs) {
        int length = request.prompt().length;
        int id = request.prompt()[echoed++];
        boolean last = request.maxTokens() == 0 && echoed == length;
        offer(new SequenceToken(id, true, logprobs, cached.get(), Speculated.NONE, last ? FinishReason.LENGTH : null));
    }

    /** The next token of the answer. */
    void answer(Sampled sampled, Speculated speculated) {
        boolean full = answered.incrementAndGet() == request.maxTokens();
        boolean ends = request.ends().contains(sampled.id());
        FinishReason finish = ends ? FinishReason.STOP : full ? FinishReason.LENGTH : null;
        offer(new SequenceToken(sampled.id(), false, sampled.logprobs(), cached.get(), speculated, finish));
    }

    private void offer(SequenceToken token) {
        delivery.offer(token);
        if (token.finish() != null) {
            finished = true;
            delivery.complete();
        }
    }
}
