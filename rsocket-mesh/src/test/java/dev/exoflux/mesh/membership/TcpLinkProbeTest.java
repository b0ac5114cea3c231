package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class TcpLinkProbeTest {

    private static final ClusterKey KEY = ClusterKey.of("home", null);

    @Test
    void measuresLoopback() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ProbeServer server = ProbeServer.open(KEY, new Rejections(), loopback)) {
            LinkProbe.Measured measured = new TcpLinkProbe(KEY).measure(new InetSocketAddress(loopback, server.port()));
            assertThat(measured.roundTripMicros()).isBetween(1.0, 1e5);
            assertThat(measured.bytesPerSecond()).isBetween(1e6, 1e12);
        }
    }

    @Test
    void answersNobodyWithoutTheKeyAndNoOneForLong() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ProbeServer server = ProbeServer.open(KEY, new Rejections(), loopback)) {
            InetSocketAddress address = new InetSocketAddress(loopback, server.port());
            TcpLinkProbe stranger = new TcpLinkProbe(ClusterKey.of("home", "some secret"));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> stranger.measure(address));
            try (SealedSocket greedy = new SealedSocket(KEY)) {
                greedy.connect(address, 1000);
                DataOutputStream out = new DataOutputStream(greedy.rawOutput());
                out.writeByte(TcpLinkProbe.SEND);
                out.writeInt(TcpLinkProbe.LARGEST + 1);
                assertThat(greedy.rawInput().read()).isEqualTo(-1);
            }
        }
    }
}
