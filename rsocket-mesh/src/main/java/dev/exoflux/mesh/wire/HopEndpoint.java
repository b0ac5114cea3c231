package dev.exoflux.mesh.wire;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Hop;
import dev.exoflux.pipeline.StageMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.DuplexConnection;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;

/**
 * A peer's end of all its hops: the port on which others subscribe to its stages, and the connections it makes to theirs. Owns
 * its event loops. Thread-safe.
 */
public final class HopEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HopEndpoint.class);

    /** What a peer introduces itself with. */
    private static final String PROTOCOL = "exoflux-hop/1";

    /** RSocket's own bound on silence; ours is the transport's, which counts every byte. */
    private static final Duration RSOCKET_LIFETIME = Duration.ofMinutes(1);

    private final WireSettings settings;
    private final StageMessageCodec codec;
    private final HopCounter counter = new HopCounter();
    private final StrangerLog strangers = new StrangerLog(System::nanoTime);
    private final Edges edges;
    private final Map<StreamKind, StreamService> services;
    private final HopTransport transport;
    private final DisposableServer server;
    private final PeerAddress address;

    private HopEndpoint(
            String host,
            int port,
            StageHost stages,
            Map<StreamKind, StreamService> services,
            WireSettings settings,
            @Nullable ClusterTls tls) {
        this.settings = settings;
        this.services = Map.copyOf(services);
        this.codec = new StageMessageCodec(settings.hidden(), settings.maxMessageBytes());
        this.edges = new Edges(stages, this::hop);
        this.transport = new HopTransport(settings, tls, strangers);
        try {
            this.server = transport.bind(host, port, this::accept);
        } catch (ChannelBindException e) {
            transport.close();
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION, """
                    Hops cannot be served on %s port %d: %s.
                    Maybe choose another port.""".formatted(host, port, WireErrors.reason(e)), e);
        }
        this.address = new PeerAddress(host, server.port());
        LOG.info(
                "Hops on {} over {}{}",
                address,
                transportName(server.channel()),
                tls == null ? ", open to whoever can reach it" : " with TLS 1.3, for peers with the cluster's secret");
    }

    /**
     * Listens for peers that subscribe to stages here.
     *
     * @param host address to listen on, and by which other peers reach this one
     * @param port 0 for any
     * @param stages what this peer computes for others
     * @param tls null for an open cluster
     * @throws ExofluxException INVALID_CONFIGURATION if the port is taken
     */
    public static HopEndpoint bind(
            String host, int port, StageHost stages, WireSettings settings, @Nullable ClusterTls tls) {
        return bind(host, port, stages, Map.of(), settings, tls);
    }

    /** The same, for a peer that others ask for more than stages. */
    public static HopEndpoint bind(
            String host,
            int port,
            StageHost stages,
            Map<StreamKind, StreamService> services,
            WireSettings settings,
            @Nullable ClusterTls tls) {
        return new HopEndpoint(host, port, stages, services, settings, tls);
    }

    /** Where others find this peer. */
    public PeerAddress address() {
        return address;
    }

    /** What has travelled so far. */
    public HopMetrics metrics() {
        return counter.metrics();
    }

    /** Connections turned away so far: not peers, or not of this cluster. */
    public long rejected() {
        return strangers.rejected();
    }

    /**
     * Asks a peer's {@link StreamService}, over a connection of this stream's own: RSocket loses frames of streams that share one when
     * several threads send at once.
     *
     * <p>Demand reaches the service as it is: a subscriber that asks for everything is sent everything. Cancel ends the stream and the
     * connection. Errors are {@link ExofluxException}s: PEER_LOST if the peer cannot be reached or is not heard of any more, or
     * what the service failed with.
     *
     * @param decode makes a value of a frame, which is released when it returns; called on the connection's event loop
     */
    public <T> Flux<T> request(PeerAddress address, StreamKind kind, byte[] request, Function<ByteBuf, T> decode) {
        return Flux.usingWhen(
                        connect(address),
                        peer -> peer.requestStream(payload(kind, request)).map(payload -> decoded(payload, decode)),
                        peer -> Mono.fromRunnable(peer::dispose))
                .onErrorMap(failure -> WireErrors.inbound(failure, "The way to " + address))
                .contextWrite(Late::unheard);
    }

    private static Payload payload(StreamKind kind, byte[] request) {
        byte[] marked = new byte[request.length + 1];
        marked[0] = (byte) kind.mark();
        System.arraycopy(request, 0, marked, 1, request.length);
        return DefaultPayload.create(marked);
    }

    private static <T> T decoded(Payload payload, Function<ByteBuf, T> decode) {
        try {
            return decode.apply(payload.sliceData());
        } finally {
            payload.release();
        }
    }

    /** The edge that {@code request} asks for, as the downstream peer. */
    Hop hop(EdgeRequest request) {
        return new RSocketHop(request, connect(request.address()), codec, counter);
    }

    private Mono<RSocket> connect(PeerAddress peer) {
        return RSocketConnector.create()
                .setupPayload(Mono.fromSupplier(() -> DefaultPayload.create(PROTOCOL)))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .fragment(WireSettings.FRAGMENT_BYTES)
                .maxInboundPayloadSize(settings.maxMessageBytes())
                .keepAlive(settings.keepAlive(), RSOCKET_LIFETIME)
                .connect(transport.to(peer));
    }

    /** Answers {@code request} with {@code messages}, as the upstream peer, until disposed of. */
    Disposable publish(EdgeRequest request, Flux<StageMessage> messages) {
        return edges.publish(request, messages);
    }

    private Mono<Void> accept(DuplexConnection connection, Channel channel) {
        return RSocketServer.create(introduced(channel))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .fragment(WireSettings.FRAGMENT_BYTES)
                .maxInboundPayloadSize(settings.maxMessageBytes())
                .maxTimeToFirstFrame(settings.handshake())
                .asConnectionAcceptor(HopTransport.FRAME_BYTES)
                .apply(connection);
    }

    private SocketAcceptor introduced(Channel channel) {
        return (setup, peer) -> {
            String reason = refusal(setup);
            Introduction.done(channel);
            if (reason != null) {
                strangers.rejected(channel.remoteAddress(), reason);
                return Mono.error(new RejectedSetupException(reason));
            }
            Map<StreamKind, StreamService> its = new EnumMap<>(StreamKind.class);
            services.forEach((kind, service) -> its.put(kind, service.forConnection()));
            return Mono.just(new RSocket() {
                @Override
                public Flux<Payload> requestStream(Payload payload) {
                    return serve(payload, its, channel.eventLoop());
                }
            });
        };
    }

    /** Why a peer that introduced itself so is not served; null if it is. */
    private @Nullable String refusal(ConnectionSetupPayload setup) {
        if (setup.data().readableBytes() > 64) {
            return "it introduces itself with %d bytes".formatted(setup.data().readableBytes());
        }
        String protocol = setup.getDataUtf8();
        if (!protocol.equals(PROTOCOL)) {
            return "this peer speaks %s, that one %s".formatted(PROTOCOL, protocol);
        }
        boolean alive = setup.keepAliveInterval() > 0
                && setup.keepAliveInterval() < settings.lifetime().toMillis();
        return alive ? null : "it would say something every %d ms only".formatted(setup.keepAliveInterval());
    }

    private Flux<Payload> serve(Payload payload, Map<StreamKind, StreamService> its, Executor loop) {
        try {
            ByteBuf data = payload.sliceData();
            int mark = data.isReadable() ? data.getByte(data.readerIndex()) : -1;
            for (Map.Entry<StreamKind, StreamService> service : its.entrySet()) {
                if (service.getKey().mark() == mark) {
                    return serve(service.getKey(), new OnLoop(service.getValue().serve(data.skipBytes(1)), loop));
                }
            }
            return serve(EdgeRequest.decode(data));
        } catch (ExofluxException unreadable) {
            return Flux.error(WireErrors.outbound(unreadable));
        } finally {
            payload.release();
        }
    }

    private static Flux<Payload> serve(StreamKind kind, Flux<ByteBuf> frames) {
        return frames.map(ByteBufPayload::create)
                .onErrorMap(failure -> outbound(kind, failure))
                .contextWrite(Late::unheard);
    }

    private Flux<Payload> serve(EdgeRequest request) {
        return edges.stream(request)
                .limitRate(WireSettings.CREDIT)
                .map(this::encode)
                .onErrorMap(failure -> outbound(request, failure))
                .contextWrite(Late::unheard);
    }

    private Payload encode(StageMessage message) {
        ByteBuf frame = codec.encode(message, PooledByteBufAllocator.DEFAULT);
        counter.sent(frame.readableBytes());
        return ByteBufPayload.create(frame);
    }

    private static Throwable outbound(Object request, Throwable failure) {
        if (!(failure instanceof ExofluxException)) {
            LOG.error("{} failed", request, failure);
        }
        return WireErrors.outbound(failure);
    }

    private static String transportName(Channel channel) {
        String type = channel.getClass().getSimpleName();
        return type.startsWith("Epoll") || type.startsWith("KQueue")
                ? type.replace("ServerSocketChannel", "").toLowerCase(Locale.ROOT)
                : "NIO (no epoll or kqueue here: slower)";
    }

    /** Ends all hops in SHUTTING_DOWN and frees the port. Blocks for a moment; not for an event loop. */
    @Override
    public void close() {
        edges.close();
        server.disposeNow(settings.lifetime());
        transport.close();
    }
}
