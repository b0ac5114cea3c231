package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.MeshAnswers;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is not of the cluster learns nothing and breaks nothing. */
@ExtendWith(NoLeaks.class)
final class StrangersTest {

    private static final WireSettings QUICK = new WireSettings(
            HiddenFormat.F32, 1 << 20, Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(1));
    private static final ClusterTls OURS = ClusterTls.of("test", "correct horse".toCharArray());

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** What a stranger says: nothing, text, noise, a header that promises 16 MiB, half of a set-up frame. */
    private static List<byte[]> words() {
        return List.of(
                new byte[0],
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8),
                noise(5000),
                new byte[] {-1, -1, -1, 0},
                new byte[] {0, 0, 60, 0, 0, 0, 0, 4, 0, 0, 1},
                new byte[] {0, 0, 6, 0, 0, 0, 1, 0x0C, 0});
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void turnsAwayWhatIsNoPeer(boolean closed) throws IOException {
        try (TestPeers peers = new TestPeers(2, QUICK, closed ? OURS : null);
                MeshAnswers ring = new MeshAnswers(peers.mesh(), 16)) {
            PeerAddress address = peers.endpoint(1).address();
            for (byte[] word : words()) {
                long before = peers.endpoint(1).rejected();
                try (Socket stranger = new Socket(address.host(), address.port())) {
                    stranger.setSoTimeout(20_000);
                    stranger.getOutputStream().write(word);
                    byte[] learned = heard(stranger);
                    assertThat(new String(learned, StandardCharsets.ISO_8859_1)).doesNotContain("exoflux");
                }
                await().atMost(TestPeers.PATIENCE).until(() -> peers.endpoint(1).rejected() == before + 1);
            }
            new Socket(address.host(), address.port()).close(); // a port scanner
            assertThat(ring.whole(new int[] {3, 4, 5}, SamplingSettings.GREEDY, 5)
                            .block(TestPeers.PATIENCE))
                    .hasSize(5);
        }
    }

    /** All that comes until the peer hangs up, which it does within its bounds. */
    private static byte[] heard(Socket stranger) throws IOException {
        try {
            return stranger.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    @Test
    void turnsAwayPeersWithoutTheSecret() {
        try (TestPeers peers = new TestPeers(2, QUICK, OURS)) {
            refuses(peers, null);
            refuses(peers, ClusterTls.of("test", "correct hors".toCharArray()));
            refuses(peers, ClusterTls.of("tess", "correct horse".toCharArray()));
        }
    }

    @Test
    void isNotServedByPeersWithoutTheSecret() {
        try (TestPeers peers = new TestPeers(2, QUICK, null)) {
            refuses(peers, OURS);
        }
    }

    private static void refuses(TestPeers peers, @Nullable ClusterTls tls) {
        long before = peers.endpoint(1).rejected();
        try (HopEndpoint stranger = HopEndpoint.bind("127.0.0.1", 0, StageHost.NONE, QUICK, tls)) {
            EdgeRequest request = new EdgeRequest(
                    TestPeers.RING,
                    TestPeers.EPOCH,
                    1,
                    List.of(
                            stranger.address(),
                            peers.endpoint(0).address(),
                            peers.endpoint(1).address()));
            assertThatThrownBy(() -> stranger.hop(request).receive().blockLast(TestPeers.PATIENCE))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_LOST));
        }
        await().atMost(TestPeers.PATIENCE).until(() -> peers.endpoint(1).rejected() > before);
    }

    @Test
    void comesToTheSameAuthorityEverywhere() throws Exception {
        byte[] one =
                ClusterAuthority.derive("c", "s".toCharArray()).certificate().getEncoded();
        assertThat(ClusterAuthority.derive("c", "s".toCharArray()).certificate().getEncoded())
                .isEqualTo(one);
        assertThat(ClusterAuthority.derive("c", "t".toCharArray()).certificate().getEncoded())
                .isNotEqualTo(one);
    }
}
