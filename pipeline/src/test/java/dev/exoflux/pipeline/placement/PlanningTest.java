package dev.exoflux.pipeline.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.catalog.ModelCatalog;
import dev.exoflux.pipeline.placement.catalog.SimulatedTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the planner prefers, beyond what is quickest. */
final class PlanningTest {

    private static final ModelFootprint TEN = model(ModelFootprint.alike(10, new LayerFootprint(100, 100, 0)));

    private static ModelFootprint model(List<LayerFootprint> layers) {
        return new ModelFootprint("m", layers, 0, 0, false, 32, 8, 8, 64);
    }

    private static Topology linked(PeerInfo... peers) {
        List<Link> links = new ArrayList<>();
        for (PeerInfo a : peers) {
            for (PeerInfo b : peers) {
                if (!a.equals(b)) {
                    links.add(new Link(a.id(), b.id(), Link.Kind.ETHERNET, "", 300, 1e9, null));
                }
            }
        }
        return new Topology("", "", List.of(peers), links);
    }

    private static PeerInfo peer(String id, long memory, double speed) {
        return PeerInfo.builder(id)
                .memoryFreeBytes(memory)
                .weightBytesPerSecond(speed)
                .build();
    }

    private static List<Integer> sizes(Placement placement) {
        return placement.shards().stream().map(shard -> shard.layers().size()).toList();
    }

    @Test
    void cutsEvenlyWhereNothingElseDecides() {
        Topology three = linked(peer("a", 9999, 1e9), peer("b", 9999, 1e9), peer("c", 9999, 1e9));
        Placement placement =
                Planner.plan(TEN, three, Constraints.builder().stages(3).build());
        assertThat(sizes(placement)).containsExactly(4, 3, 3);
    }

    @Test
    void keepsStagesEvenForSeveralSequencesThoughSpeedsDifferALittle() {
        Topology three = linked(peer("a", 9999, 1e5), peer("b", 9999, 1.05e5), peer("c", 9999, 1.02e5));
        ConstraintsBuilder wish = Constraints.builder().stages(3);
        assertThat(sizes(Planner.plan(TEN, three, wish.build()))).contains(8, 1, 1);
        assertThat(sizes(Planner.plan(TEN, three, wish.concurrency(8).build()))).containsExactlyInAnyOrder(4, 3, 3);
    }

    @Test
    void fitsLayersOfDifferentSizesExactly() {
        List<LayerFootprint> layers = Stream.of(50L, 50L, 300L, 300L, 300L)
                .map(bytes -> new LayerFootprint(bytes, bytes, 0))
                .toList();
        Placement placement =
                Planner.plan(model(layers), linked(peer("a", 400, 1e9), peer("b", 600, 1e9)), Constraints.NONE);
        assertThat(placement.ring()).containsExactly("a", "b");
        assertThat(sizes(placement)).containsExactly(3, 2);
    }

    @Test
    void readsOnlyTheActiveBytes() {
        Topology one = linked(peer("a", 9999, 1000));
        assertThat(Planner.plan(TEN, one, Constraints.NONE).tokensPerSecond()).isEqualTo(1);
        ModelFootprint sparse = model(ModelFootprint.alike(10, new LayerFootprint(100, 25, 0)));
        assertThat(Planner.plan(sparse, one, Constraints.NONE).tokensPerSecond())
                .isEqualTo(4);
    }

    @Test
    void holdsATiedTableOnceAloneAndTwiceOnTwo() {
        ModelFootprint tied = new ModelFootprint(
                "m", ModelFootprint.alike(2, new LayerFootprint(10, 10, 0)), 100, 0, true, 8, 8, 8, 8);
        assertThat(Planner.plan(tied, linked(peer("a", 120, 1)), Constraints.NONE)
                        .shards())
                .extracting(Placement.Assignment::memoryBytes)
                .containsExactly(120L);
        Topology two = linked(peer("a", 110, 1), peer("b", 110, 1));
        assertThat(Planner.plan(tied, two, Constraints.NONE).shards())
                .extracting(Placement.Assignment::memoryBytes)
                .containsExactly(110L, 110L);
        Topology short1 = linked(peer("a", 110, 1), peer("b", 109, 1));
        assertThatThrownBy(() -> Planner.plan(tied, short1, Constraints.NONE))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSUFFICIENT_MEMORY));
    }

    @Test
    void leavesLayersWhereTheirWeightsAre() {
        PeerInfo tail = peer("a", 600, 1e9).toBuilder()
                .models(List.of(new HeldModel("m", 500, false, List.of(new LayerRange(5, 10)), "")))
                .build();
        PeerInfo front = peer("b", 600, 1e9).toBuilder()
                .shards(List.of(HeldShard.ready("m", new LayerRange(0, 5))))
                .build();
        Placement placement = Planner.plan(TEN, linked(tail, front, peer("c", 600, 1e9)), Constraints.NONE);
        assertThat(placement.ring()).containsExactly("b", "a");
        assertThat(sizes(placement)).containsExactly(5, 5);
    }

    @Test
    void offersTheNextBestPlanWithoutWhatFailed() {
        Topology three = linked(peer("a", 999, 3e9), peer("b", 999, 2e9), peer("c", 999, 1e9));
        Constraints constraints = Constraints.NONE;
        Placement first = Planner.plan(TEN, linkedBig(three), constraints);
        assertThat(first.ring()).containsExactly("a");
        assertThat(Planner.plan(TEN, linkedBig(three), constraints.excluding("a"))
                        .ring())
                .containsExactly("b");
        Placement pair = Planner.plan(TEN, three, constraints);
        assertThat(pair.ring()).containsExactlyInAnyOrder("a", "b");
        assertThat(Planner.plan(TEN, three, constraints.avoiding("b", "a")).ring())
                .containsExactlyInAnyOrder("a", "c");
    }

    private static Topology linkedBig(Topology topology) {
        List<PeerInfo> peers = topology.peers().stream()
                .map(peer -> peer.toBuilder().memoryFreeBytes(5000).build())
                .toList();
        return new Topology("", "", peers, topology.links());
    }

    @Test
    void namesWhatIsMissingWhere() {
        Topology two = linked(peer("small", 90, 1), peer("large", 700, 1));
        assertThatThrownBy(() -> Planner.plan(TEN, two, Constraints.NONE))
                .hasMessageContaining("small has 90 bytes free, too little for one layer")
                .hasMessageContaining("large has 700 bytes free, room for 7 layers");
        assertThatThrownBy(() ->
                        Planner.plan(TEN, two, Constraints.builder().stages(11).build()))
                .hasMessageContaining("11 peers are needed");
        assertThatThrownBy(() -> Planner.plan(
                        TEN, two, Constraints.builder().peers(List.of("nobody")).build()))
                .hasMessageContaining("There is no peer nobody")
                .hasMessageContaining("large, small");
        Topology apart = new Topology(
                "", "", linked(peer("a", 600, 1), peer("b", 600, 1)).peers(), List.of());
        assertThatThrownBy(() -> Planner.plan(TEN, apart, Constraints.NONE))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSUFFICIENT_MEMORY))
                .hasMessageContaining("linked");
        Topology roomyApart = new Topology(
                "", "", linked(peer("a", 5000, 1), peer("b", 5000, 1)).peers(), List.of());
        assertThatThrownBy(() -> Planner.plan(
                        TEN,
                        roomyApart,
                        Constraints.builder().peers(List.of("a", "b")).build()))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_CONNECTED))
                .hasMessageContaining("a and b");
    }

    @Test
    void findsTheOneRingOfACableFromEachToTheNext() {
        int peers = 24;
        List<PeerInfo> all = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            all.add(peer("p%02d".formatted(i * 7 % peers), 450, 1e9));
        }
        for (int i = 0; i < peers; i++) {
            String from = all.get(i).id();
            String to = all.get((i + 1) % peers).id();
            links.add(new Link(from, to, Link.Kind.THUNDERBOLT, "", 50, 1e9, null));
            links.add(new Link(to, from, Link.Kind.THUNDERBOLT, "", 50, 1e9, null));
        }
        ModelFootprint model = model(ModelFootprint.alike(96, new LayerFootprint(100, 100, 0)));
        Placement placement = Planner.plan(model, new Topology("", "", all, links), Constraints.NONE);
        assertThat(placement.ring()).hasSize(peers);
    }

    @Test
    void givesTheSameAnswerInWhateverOrderPeersAreListed() {
        RandomTopologies draw = new RandomTopologies(3);
        Topology topology = draw.topology(30, 0.1);
        ModelFootprint model = draw.model(40);
        Topology reversed = new Topology(
                "", "", topology.peers().reversed(), topology.links().reversed());
        assertThat(Planner.plan(model, reversed, Constraints.NONE))
                .isEqualTo(Planner.plan(model, topology, Constraints.NONE));
    }

    @Test
    void placesAcrossAThousandPeers() {
        Topology topology = new RandomTopologies(1).topology(1000, 0.3);
        ModelFootprint model = model(ModelFootprint.alike(126, new LayerFootprint(300, 300, 0)));
        Placement placement = Planner.plan(model, topology, Constraints.NONE);
        assertThat(placement.shards().getLast().layers().to()).isEqualTo(126);
    }

    @Test
    void plansEveryModelOfTheCatalogueOnMachinesThatHoldIt() {
        Topology topology = SimulatedTopology.parse("16x192GiB 800GB/s thunderbolt");
        Constraints constraints =
                Constraints.builder().context(8192).concurrency(4).build();
        ModelCatalog.all().forEach(model -> {
            Placement placement = Planner.plan(model.footprint(4), topology, constraints);
            assertThat(placement.tokensPerSecond()).as(model.id()).isGreaterThan(1);
        });
    }
}
