package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.Hop;
import dev.exoflux.pipeline.StageMessage;
import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An edge of a ring as the peer downstream holds it: a connection of its own to the peer upstream, and on it the stream that
 * was asked for.
 */
final class RSocketHop implements Hop {

    private final EdgeRequest request;
    private final Mono<RSocket> connect;
    private final StageMessageCodec codec;
    private final HopCounter counter;

    /** @param connect makes a connection to the peer that {@code request} names */
    RSocketHop(EdgeRequest request, Mono<RSocket> connect, StageMessageCodec codec, HopCounter counter) {
        this.request = request;
        this.connect = connect;
        this.codec = codec;
        this.counter = counter;
    }

    /**
     * Connects and subscribes. At most {@link WireSettings#CREDIT} messages are asked for ahead of what has been taken.
     *
     * <p>Messages arrive on the connection's event loop, in arrays of their own. Cancel, error and completion close the
     * connection. Errors are {@link dev.exoflux.model.ExofluxException}s: PEER_LOST if the peer cannot be reached or is not heard
     * of any more, RING_UNKNOWN if it has no such stage, PROTOCOL if it sends what cannot be read, or what the peer upstream
     * was told.
     */
    @Override
    public Flux<StageMessage> receive() {
        return Flux.usingWhen(connect, this::stream, RSocketHop::close)
                .onErrorMap(failure -> WireErrors.inbound(failure, "The way from " + request))
                .limitRate(WireSettings.CREDIT)
                .contextWrite(Late::unheard);
    }

    private Flux<StageMessage> stream(RSocket peer) {
        return peer.requestStream(DefaultPayload.create(request.encode())).map(this::decode);
    }

    private StageMessage decode(Payload payload) {
        try {
            ByteBuf frame = payload.sliceData();
            counter.received(frame.readableBytes());
            return codec.decode(frame);
        } finally {
            payload.release();
        }
    }

    private static Mono<Void> close(RSocket peer) {
        return Mono.fromRunnable(peer::dispose);
    }
}
