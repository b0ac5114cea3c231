package dev.exoflux.pipeline.placement.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatedTopologyTest {

    @Test
    void readsOneGroup() {
        Topology topology = SimulatedTopology.parse("4x96GiB thunderbolt");
        assertThat(topology.peers())
                .hasSize(4)
                .allSatisfy(peer -> assertThat(peer.memoryFreeBytes()).isEqualTo(96L << 30));
        assertThat(topology.links())
                .hasSize(12)
                .allSatisfy(link -> assertThat(link.kind()).isEqualTo(Link.Kind.THUNDERBOLT));
    }

    @Test
    void readsSeveralGroupsLinkedByTheLesserKind() {
        Topology topology = SimulatedTopology.parse("2x128GiB 800GB/s rdma, 1 x 16GB 1.5TB/s");
        assertThat(topology.peers()).extracting(PeerInfo::weightBytesPerSecond).containsExactly(800e9, 800e9, 1.5e12);
        assertThat(topology.peers()).extracting(PeerInfo::memoryFreeBytes).contains(16_000_000_000L);
        assertThat(topology.link("p1", "p2", Link.Kind.RDMA)).isPresent();
        assertThat(topology.link("p2", "p3", Link.Kind.ETHERNET)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4",
                "x96GiB",
                "4x96",
                "0x96GiB",
                "4x96GiB pigeon",
                "2x1GiB,",
                "900x1GiB, 900x1GiB",
                "1x99999999TiB",
                "4x96GiB 0GB/s"
            })
    void refusesWhatItDoesNotUnderstand(String sentence) {
        assertThatThrownBy(() -> SimulatedTopology.parse(sentence))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining("\nMaybe 4x96GiB thunderbolt");
    }
}
