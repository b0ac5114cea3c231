package dev.exoflux.mesh.wire;

import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Flux;

/** What a peer answers to requests of one {@link StreamKind}. Thread-safe. */
@FunctionalInterface
public interface StreamService {

    /**
     * The answer to a request, frame by frame; called on an event loop, so neither this nor the stream may block it.
     *
     * <p>The request is the caller's, and gone when this returns. Each frame becomes the subscriber's, who asks for as many as it
     * can take. On cancel the asking peer has left or lost interest. Errors reach it as an {@link
     * dev.exoflux.model.ExofluxException} of the same code and message, or, where they are anything else, as INTERNAL.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL for a request that cannot be read
     */
    Flux<ByteBuf> serve(ByteBuf request);

    /**
     * The service as one connection sees it, where what a connection may ask for at once is bounded. Asked for when a peer has
     * introduced itself.
     */
    default StreamService forConnection() {
        return this;
    }
}
