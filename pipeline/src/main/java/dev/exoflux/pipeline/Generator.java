package dev.exoflux.pipeline;

import reactor.core.publisher.Flux;

/** The front door. Thread-safe. */
public interface Generator {

    /**
     * The answer, token by token.
     *
     * <p>Demand drives decoding: a token is computed when it was requested (one may be computed ahead), so a subscriber that
     * requests 7 costs 7 decode steps and holds its place. Cancel retires the sequence and frees its cache within one step.
     * Each subscription is a sequence of its own. Nothing is blocked: prompts are rendered and encoded on a worker thread.
     *
     * <p>Ends with a token that has {@link Token#finish()}, or with an
     * {@link dev.exoflux.model.ExofluxException ExofluxException}: MODEL_NOT_FOUND, INVALID_REQUEST, TEMPLATE_ERROR,
     * CONTEXT_EXCEEDED, OVERLOADED, DEADLINE_EXCEEDED, LOADING, SHUTTING_DOWN. Discarded tokens hold no resource.
     */
    Flux<Token> generate(GenerationRequest request);
}
