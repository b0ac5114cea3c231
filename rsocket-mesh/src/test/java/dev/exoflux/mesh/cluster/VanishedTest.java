package dev.exoflux.mesh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class VanishedTest {

    private static final Duration BOUND = Duration.ofSeconds(10);

    private long now = 1_000_000;

    private final Vanished vanished = new Vanished(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }
    });

    private static Topology of(String... ids) {
        return topology(Stream.of(ids).map(id -> peer(id, 0)).toList());
    }

    private static Topology topology(List<PeerInfo> peers) {
        return Topology.among("a", "a", peers, List.of());
    }

    private static PeerInfo peer(String id, int meshPort) {
        return PeerInfo.builder(id).host("127.0.0.1").meshPort(meshPort).build();
    }

    @Test
    void whoMissesHalfOfAllIsRatherCutOffForAWhile() {
        vanished.seen(of("a"));
        vanished.seen(of("a", "b", "c", "d"));
        vanished.seen(of("a", "b", "c"));
        assertThat(vanished.areHalf()).as("one of four is missing").isFalse();
        now += 100;
        vanished.seen(of("a", "b"));
        assertThat(vanished.areHalf()).as("another, a moment later").isTrue();
        now += Vanished.PATIENCE.toMillis() - 200;
        assertThat(vanished.areHalf()).isTrue();
        now += 1000;
        assertThat(vanished.areHalf()).as("they do not come back").isFalse();
    }

    @Test
    void whoIsBackIsNotMissed() {
        vanished.seen(of("a", "b"));
        vanished.seen(of("a"));
        assertThat(vanished.areHalf()).isTrue();
        vanished.seen(of("a", "b"));
        assertThat(vanished.areHalf()).isFalse();
        assertThat(vanished.haveEnded().block(BOUND)).isFalse();
    }

    @Test
    void whoseMachineRefusesConnectionsHasEnded() throws IOException {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int closed;
            try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                closed = other.getLocalPort();
            }
            PeerInfo ended = peer("b", closed);
            PeerInfo cutOff = peer("c", door.getLocalPort());
            vanished.seen(topology(List.of(peer("a", 1), ended, cutOff)));
            assertThat(vanished.haveEnded().block(BOUND))
                    .as("nobody is missing")
                    .isFalse();
            vanished.seen(topology(List.of(peer("a", 1), cutOff)));
            assertThat(vanished.haveEnded().block(BOUND)).isTrue();
            vanished.seen(topology(List.of(peer("a", 1))));
            assertThat(vanished.haveEnded().block(BOUND))
                    .as("one still listens")
                    .isFalse();
        }
    }
}
