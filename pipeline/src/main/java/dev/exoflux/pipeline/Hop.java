package dev.exoflux.pipeline;

import reactor.core.publisher.Flux;

/** One directed edge of the ring. */
public interface Hop {

    /**
     * What the upstream peer sends. Subscribing pulls: demand travels upstream, cancel releases the edge, and the loss of
     * the peer is the one thing that arrives as an error.
     */
    Flux<StageMessage> receive();
}
