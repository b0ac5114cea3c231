package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who knocks at the cluster's port without its key. */
final class StrangersTest {

    private static final ClusterKey KEY = ClusterKey.of("home", "a common secret");

    private final List<String> log = new CopyOnWriteArrayList<>();
    private SealedServerSocket server = newServer();

    private SealedServerSocket newServer() {
        try {
            return new SealedServerSocket(KEY, new Rejections(System::nanoTime, log::add));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private CompletableFuture<Socket> accepted() {
        CompletableFuture<Socket> next = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                next.complete(server.accept());
            } catch (IOException e) {
                next.completeExceptionally(e);
            }
        });
        return next;
    }

    private SealedSocket dial(ClusterKey key) throws IOException {
        SealedSocket socket = new SealedSocket(key);
        socket.connect(server.getLocalSocketAddress(), 1000);
        return socket;
    }

    private Socket stranger() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    @Test
    void peersTalkBothWaysAtAwkwardLengths() throws Exception {
        CompletableFuture<Socket> accepted = accepted();
        try (SealedSocket client = dial(KEY);
                Socket peer = accepted.get(5, TimeUnit.SECONDS)) {
            for (int length : new int[] {1, 7, 4096, 65_536, 65_537, 200_003}) {
                byte[] sent = new byte[length];
                new SplittableRandom(length).nextBytes(sent);
                CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> read(peer, length));
                client.getOutputStream().write(sent);
                assertThat(got.get(5, TimeUnit.SECONDS)).isEqualTo(sent);
                peer.getOutputStream().write(sent, 0, Math.min(length, 1000));
                assertThat(read(client, Math.min(length, 1000))).isEqualTo(Arrays.copyOf(sent, Math.min(length, 1000)));
            }
            client.shutdownOutput();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static byte[] read(Socket socket, int length) {
        try {
            return socket.getInputStream().readNBytes(length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theSecretNeverTravelsNorWhatIsSaid() throws Exception {
        CompletableFuture<Socket> accepted = accepted();
        List<Byte> seen = new CopyOnWriteArrayList<>();
        try (Tap tap = new Tap((InetSocketAddress) server.getLocalSocketAddress(), seen);
                SealedSocket client = new SealedSocket(KEY)) {
            client.connect(tap.address(), 1000);
            try (Socket peer = accepted.get(5, TimeUnit.SECONDS)) {
                client.getOutputStream().write("hello, this is a peer".getBytes(StandardCharsets.UTF_8));
                assertThat(read(peer, 5)).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] bytes = new byte[seen.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = seen.get(i);
        }
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("hello", "secret", "peer");
    }

    @Test
    void whoDoesNotKnowTheSecretIsTurnedAwayWithTheReason() {
        CompletableFuture<Socket> nobody = accepted();
        for (ClusterKey key : List.of(ClusterKey.of("home", "another secret"), ClusterKey.of("home", null))) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> dial(key))
                    .withMessageContaining("does not answer as a peer of this cluster");
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> dial(ClusterKey.of("work", "a common secret")));
        await().atMost(Duration.ofSeconds(5)).until(() -> log.size() == 2);
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "Turned away 127.0.0.1: it does not know the cluster's secret",
                        "Turned away 127.0.0.1: it is of a cluster with another name");
        assertThat(nobody).isNotDone();
    }

    @Test
    void garbageHalfAGreetingAndAPortScanGetNothingAndBreakNothing() throws Exception {
        CompletableFuture<Socket> accepted = accepted();
        for (int i = 0; i < 50; i++) {
            try (Socket socket = stranger()) {
                byte[] garbage = new byte[i * 7];
                new SplittableRandom(i).nextBytes(garbage);
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                socket.setSoTimeout(5000);
                assertThat(answer(socket)).isEmpty();
            }
        }
        try (Socket socket = stranger()) {
            socket.getOutputStream().write(new byte[] {'x', 'f', 'x', 1, 0, 0});
        }
        stranger().close();
        await().atMost(Duration.ofSeconds(5)).until(() -> log.stream().anyMatch(line -> line.contains("6 bytes")));
        assertThat(log)
                .contains(
                        "Turned away 127.0.0.1: it does not speak exoflux",
                        "Turned away 127.0.0.1: it hangs up without a word")
                .hasSizeLessThan(12);
        try (SealedSocket client = dial(KEY);
                Socket peer = accepted.get(5, TimeUnit.SECONDS)) {
            assertThat(peer.getPort()).isEqualTo(client.getLocalPort());
        }
    }

    /** What a reset cuts short counts as nothing, too. */
    private static byte[] answer(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    @Test
    void manyWhoSayNothingKeepNobodyWaiting() throws Exception {
        CompletableFuture<Socket> accepted = accepted();
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                silent.add(stranger());
            }
            long start = System.nanoTime();
            try (SealedSocket client = dial(KEY);
                    Socket peer = accepted.get(5, TimeUnit.SECONDS)) {
                assertThat(peer.getPort()).isEqualTo(client.getLocalPort());
            }
            assertThat(System.nanoTime() - start).isLessThan(900_000_000);
            for (Socket socket : silent) {
                socket.setSoTimeout(5000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(log).containsExactly("Turned away 127.0.0.1: it says too little");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aRecordingPlayedAgainIsTurnedAway() throws Exception {
        CompletableFuture<Socket> accepted = accepted();
        List<Byte> seen = new CopyOnWriteArrayList<>();
        try (Tap tap = new Tap((InetSocketAddress) server.getLocalSocketAddress(), seen);
                SealedSocket client = new SealedSocket(KEY)) {
            client.connect(tap.address(), 1000);
            accepted.get(5, TimeUnit.SECONDS).close();
        }
        CompletableFuture<Socket> none = accepted();
        try (Socket again = stranger()) {
            ByteBuffer recording = ByteBuffer.allocate(seen.size());
            seen.forEach(recording::put);
            again.getOutputStream().write(recording.array());
            again.setSoTimeout(5000);
            assertThat(again.getInputStream().readNBytes(16)).hasSize(16); // the server's new random number
            assertThat(answer(again)).isEmpty();
        }
        assertThat(none).isNotDone();
        assertThat(log).containsExactly("Turned away 127.0.0.1: it does not know the cluster's secret");
    }

    @Test
    void changedBytesEndTheConnection() throws Exception {
        CompletableFuture<Socket> accepted = accepted();
        try (SealedSocket client = dial(KEY);
                Socket peer = accepted.get(5, TimeUnit.SECONDS)) {
            client.rawOutput().write(ByteBuffer.allocate(4 + 20).putInt(20).array());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> peer.getInputStream().read())
                    .withMessageContaining("changed on its way");
            client.rawOutput()
                    .write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> peer.getInputStream().read())
                    .withMessageContaining("2147483647 bytes");
        }
    }
}
