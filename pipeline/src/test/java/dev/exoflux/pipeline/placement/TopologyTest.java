package dev.exoflux.pipeline.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.LayerRange;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TopologyTest {

    private static Link link(String from, String to, Link.Kind kind) {
        return new Link(from, to, kind, "", 100, 1e9, null);
    }

    @Test
    void findsEveryPeerAndEveryLinkWhateverTheirOrder() {
        List<PeerInfo> peers = IntStream.range(0, 23)
                .mapToObj(i -> PeerInfo.builder("p" + (i * 7) % 23).build())
                .toList();
        List<Link> links = peers.stream()
                .flatMap(a -> peers.stream()
                        .filter(b -> !a.id().equals(b.id()))
                        .map(b -> link(a.id(), b.id(), Link.Kind.ETHERNET)))
                .toList()
                .reversed();
        Topology topology = new Topology("", "", peers, links);
        for (PeerInfo a : peers) {
            assertThat(topology.peer(a.id())).contains(a);
            for (PeerInfo b : peers) {
                assertThat(topology.links(a.id(), b.id())).hasSize(a.equals(b) ? 0 : 1);
            }
        }
        assertThat(topology.peer("q")).isEmpty();
        assertThat(topology.links("q", "p1")).isEmpty();
    }

    @Test
    void keepsSeveralLinksBetweenTheSameTwoThePreferredKindFirst() {
        List<PeerInfo> peers =
                List.of(PeerInfo.builder("b").build(), PeerInfo.builder("a").build());
        Topology topology = new Topology(
                "",
                "",
                peers,
                List.of(
                        link("a", "b", Link.Kind.WIFI),
                        link("b", "a", Link.Kind.RDMA),
                        link("a", "b", Link.Kind.RDMA)));
        assertThat(topology.links("a", "b")).extracting(Link::kind).containsExactly(Link.Kind.RDMA, Link.Kind.WIFI);
        assertThat(topology.link("a", "b", Link.Kind.WIFI)).isPresent();
        assertThat(topology.link("b", "a", Link.Kind.WIFI)).isEmpty();
    }

    @Test
    void forgetsLinksOfPeersThatLeft() {
        List<PeerInfo> left = List.of(PeerInfo.builder("a").build());
        List<Link> links = List.of(link("a", "b", Link.Kind.ETHERNET));
        assertThat(Topology.among("a", "a", left, links).links()).isEmpty();
        assertThatThrownBy(() -> new Topology("a", "a", left, links)).hasMessageContaining("from a to b");
    }

    @Test
    void refusesTwoPeersOfOneId() {
        PeerInfo peer = PeerInfo.builder("a").build();
        assertThatThrownBy(() -> new Topology("", "", List.of(peer, peer), List.of()))
                .hasMessageContaining("a");
    }

    @Test
    void knowsWhichLayersAPeerHolds() {
        PeerInfo peer = PeerInfo.builder("a")
                .models(List.of(
                        HeldModel.complete("whole", 1),
                        new HeldModel("part", 1, false, List.of(new LayerRange(2, 4)), "")))
                .shards(List.of(HeldShard.ready("part", new LayerRange(6, 7))))
                .build();
        assertThat(peer.holds("whole", 99)).isTrue();
        assertThat(IntStream.range(0, 9).filter(layer -> peer.holds("part", layer)))
                .containsExactly(2, 3, 6);
        assertThat(peer.toBuilder().build()).isEqualTo(peer);
    }

    @Test
    void readsKindsAsPeopleSpellThem() {
        assertThat(Link.Kind.of("Wi-Fi")).contains(Link.Kind.WIFI);
        assertThat(Link.Kind.of("thunderbolt")).contains(Link.Kind.THUNDERBOLT);
        assertThat(Link.Kind.of("carrier pigeon")).isEmpty();
    }
}
