package dev.exoflux.mesh.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.rsocket.DuplexConnection;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.RSocketLengthCodec;
import io.rsocket.transport.netty.TcpDuplexConnection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * TCP as the hops use it, plain or with TLS: epoll or kqueue where there is one, no delay, and every wait bounded.
 *
 * <p>A connection on which nothing arrives for the lifetime of the settings is closed from either side. Any bytes count as a
 * sign of life, not only RSocket's own keep-alive frames: those queue behind whatever a slow link is busy with.
 */
final class HopTransport implements AutoCloseable {

    /** A fragment and its headers; what claims to be longer is none of ours, and is not waited for. */
    static final int FRAME_BYTES = WireSettings.FRAGMENT_BYTES + 1024;

    private final WireSettings settings;
    private final @Nullable ClusterTls tls;
    private final StrangerLog strangers;
    private final LoopResources loops;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /** @param tls null for plain TCP */
    HopTransport(WireSettings settings, @Nullable ClusterTls tls, StrangerLog strangers) {
        this.settings = settings;
        this.tls = tls;
        this.strangers = strangers;
        // event loops only move bytes: a few serve a peer, and leave the cores to its stages
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4);
        this.loops = LoopResources.create("exoflux-hop", 1, threads, true);
    }

    /** Listens; each connection is handed to {@code accept}, which completes when it is done with it. */
    DisposableServer bind(String host, int port, BiFunction<DuplexConnection, Channel, Mono<Void>> accept) {
        TcpServer server = TcpServer.create()
                .runOn(loops)
                .host(host)
                .port(port)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .doOnChannelInit((observer, channel, remote) -> {
                    channel.pipeline().addFirst(new Silence(settings.lifetime()));
                    Introduction.watch(channel, strangers);
                })
                .doOnConnection(connection -> accept.apply(duplex("server", connection), connection.channel())
                        .then(Mono.<Void>never())
                        .subscribe(connection.disposeSubscriber()));
        ClusterTls secured = tls;
        if (secured != null) {
            server = server.secure(spec -> spec.sslContext(secured.server()).handshakeTimeout(settings.handshake()));
        }
        return server.bindNow(settings.handshake());
    }

    /** Connections to a peer. */
    ClientTransport to(PeerAddress address) {
        TcpClient client = TcpClient.newConnection()
                .runOn(loops)
                .host(address.host())
                .port(address.port())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.handshake().toMillis())
                .doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst(new Silence(settings.lifetime())));
        ClusterTls secured = tls;
        if (secured != null) {
            client = client.secure(spec -> spec.sslContext(secured.client()).handshakeTimeout(settings.handshake()));
        }
        Mono<DuplexConnection> connect = client.connect().map(connection -> duplex("client", connection));
        return new ClientTransport() {
            @Override
            public Mono<DuplexConnection> connect() {
                return connect;
            }

            @Override
            public int maxFrameLength() {
                return FRAME_BYTES;
            }
        };
    }

    private DuplexConnection duplex(String side, Connection connection) {
        open.add(connection);
        connection.onDispose(() -> open.remove(connection));
        connection.addHandlerLast(new RSocketLengthCodec(FRAME_BYTES));
        if (side.equals("server")) {
            connection.addHandlerLast(new Introduction()); // behind the codec: sees what it refuses
        }
        return new TcpDuplexConnection(side, connection);
    }

    /** Ends all connections, then the event loops: what waits to be sent is let go of by the former on the latter. */
    @Override
    public void close() {
        List<Connection> last = List.copyOf(open);
        last.forEach(Connection::dispose);
        Flux.fromIterable(last)
                .flatMap(Connection::onDispose)
                .then()
                .timeout(settings.lifetime(), Mono.empty())
                .block();
        loops.disposeLater(Duration.ZERO, settings.lifetime())
                .block(settings.lifetime().plusSeconds(1));
    }
}
