package dev.exoflux.pipeline;

import reactor.core.publisher.Flux;

/** Where answers in token ids come from: a batcher, in this process or another. Thread-safe. */
@FunctionalInterface
public interface Answers {

    /**
     * The answer to a request; each subscription is a sequence of its own.
     *
     * <p>Demand drives decoding, cancel retires the sequence. Ends with the token that has a {@code finish}, or in an {@link
     * dev.exoflux.model.ExofluxException}: OVERLOADED, DEADLINE_EXCEEDED, OUT_OF_MEMORY, SHUTTING_DOWN, PEER_LOST, RING_UNKNOWN, or what a stage
     * failed with. Discarded tokens hold no resource.
     */
    Flux<SequenceToken> open(SequenceRequest request);
}
