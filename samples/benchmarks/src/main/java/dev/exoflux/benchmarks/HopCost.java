package dev.exoflux.benchmarks;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.RSocketMesh;
import dev.exoflux.mesh.wire.Ring;
import dev.exoflux.mesh.wire.StageHost;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.pipeline.Span;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * What a crossing from peer to peer costs beside the same bytes over plain TCP: 16 KiB of hidden states go to another peer and
 * come back, in turn with an echo server of Reactor Netty. A whole hop is measured: encoding, RSocket, decoding. Run it pinned
 * ({@code taskset -c 0,1}); it is no JMH benchmark, because what counts is the ratio of two that take turns.
 */
public final class HopCost {

    private static final int BYTES = 16 << 10;
    private static final int ROUNDS = 15;
    private static final int TRIPS = 4000;

    private HopCost() {}

    /** Sends something there and waits until it is back. */
    private interface RoundTrip extends AutoCloseable {

        void go() throws InterruptedException;

        @Override
        void close();
    }

    /** Prints the time of a crossing, for both, and their ratio. */
    public static void main(String[] args) throws InterruptedException {
        double[] echo = new double[ROUNDS];
        double[] hop = new double[ROUNDS];
        try (RoundTrip plain = new Echo();
                RoundTrip staged = new Staged()) {
            for (int i = 0; i < 5; i++) {
                micros(plain);
                micros(staged);
            }
            for (int i = 0; i < ROUNDS; i++) {
                echo[i] = micros(plain);
                hop[i] = micros(staged);
            }
        }
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, i -> hop[i] / echo[i]);
        System.out.printf(
                "A crossing of 16 KiB takes %.1f us over a hop, %.1f us over plain TCP: %.2f times (%.2f to %.2f)%n",
                median(hop), median(echo), median(ratios), ratios[0], ratios[ROUNDS - 1]);
    }

    /** Microseconds of one crossing, of which a round trip has two. */
    private static double micros(RoundTrip trip) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < TRIPS; i++) {
            trip.go();
        }
        return (System.nanoTime() - start) / 2e3 / TRIPS;
    }

    /** Sorts them, too. */
    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static void await(Semaphore home) throws InterruptedException {
        if (!home.tryAcquire(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing came back");
        }
    }

    private static final class Echo implements RoundTrip {

        private final LoopResources loops = LoopResources.create("echo", 1, 1, true);
        private final LoopResources clientLoops = LoopResources.create("echo-client", 1, 1, true);
        private final Semaphore home = new Semaphore(0);
        private final byte[] bytes = new byte[BYTES];
        private final DisposableServer server;
        private final Connection client;
        private int received;

        Echo() {
            server = TcpServer.create()
                    .runOn(loops)
                    .host("127.0.0.1")
                    .port(0)
                    .handle((in, out) -> out.send(in.receive().retain(), buffer -> true))
                    .bindNow();
            client = TcpClient.newConnection()
                    .runOn(clientLoops)
                    .host("127.0.0.1")
                    .port(server.port())
                    .connectNow();
            client.inbound().receive().subscribe(buffer -> received(buffer.readableBytes()));
        }

        private void received(int count) {
            received += count;
            if (received == BYTES) {
                received = 0;
                home.release();
            }
        }

        @Override
        public void go() throws InterruptedException {
            ByteBuf out = client.channel().alloc().directBuffer(BYTES).writeBytes(bytes);
            var _ = client.channel().writeAndFlush(out);
            await(home);
        }

        @Override
        public void close() {
            client.disposeNow();
            server.disposeNow();
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block();
            clientLoops.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block();
        }
    }

    private static final class Staged implements RoundTrip {

        private static final Stage PASS_ON = inbound -> inbound;
        private static final List<Span> SPANS = List.of(new Span(1, 0, 1, 1, Span.UNKNOWN, null));

        private final HopEndpoint entry = HopEndpoint.bind("127.0.0.1", 0, StageHost.NONE, WireSettings.DEFAULTS, null);
        private final HopEndpoint peer =
                HopEndpoint.bind("127.0.0.1", 0, (ring, epoch, stage) -> PASS_ON, WireSettings.DEFAULTS, null);
        private final Sinks.Many<StageMessage> out = Sinks.many().unicast().onBackpressureBuffer();
        private final Semaphore home = new Semaphore(0);
        private final Disposable ring;

        Staged() {
            Ring stops = new Ring("cost", 1, entry.address(), List.of(new Ring.There(peer.address())));
            Flux<StageMessage> back = new RSocketMesh(entry, stops, () -> 0, () -> {}).ring(out.asFlux());
            ring = back.subscribe(message -> home.release());
        }

        @Override
        public void go() throws InterruptedException {
            float[] row = new float[BYTES / Float.BYTES];
            out.emitNext(new ActivationBatch(SPANS, new int[1], row, row.length), Sinks.EmitFailureHandler.FAIL_FAST);
            await(home);
        }

        @Override
        public void close() {
            ring.dispose();
            entry.close();
            peer.close();
        }
    }
}
