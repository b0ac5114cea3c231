package dev.exoflux.mesh.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.LayerFootprint;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacementRuleTest {

    private static final long GIB = 1L << 30;
    private static final long NOW = 1_000_000;

    /** Twelve layers of a GiB, 1 KiB of cache a position and layer, and made for 4096 positions. */
    private static final ModelCards.Card CARD = new ModelCards.Card(
            new ModelFootprint(
                    "org/m",
                    ModelFootprint.alike(12, new LayerFootprint(GIB, GIB, 1 << 10)),
                    0,
                    0,
                    true,
                    64,
                    8,
                    8,
                    128),
            4096,
            "f00d");

    private static final Order ANYWHERE = new Order(Deployment.of("org/m"), 5, "");
    private static final Order THREE_STAGES =
            new Order(new Deployment("org/m", Strategy.PIPELINE, 3, 0, List.of(), 1024, 2), 6, "");

    @Test
    void aModelGoesToWhoeverCanHoldItAlone() {
        Decision decision = placed(ANYWHERE, none(peer("a", 8), peer("b", 30)));

        assertThat(decision.parts()).singleElement().satisfies(part -> {
            assertThat(part.peer()).isEqualTo("b");
            assertThat(part.layers()).isEqualTo(new LayerRange(0, 12));
            assertThat(part.memoryBytes()).isEqualTo(12 * GIB + 16 * 4096 * 12 * 1024L);
        });
        assertThat(decision.context()).isEqualTo(4096);
        assertThat(decision.concurrency()).isEqualTo(16);
        assertThat(decision.epoch()).isEqualTo(NOW);
    }

    @Test
    void fewerAnswersAtOnceArePromisedWhereThereIsNoMemoryForMore() {
        Decision decision = placed(ANYWHERE, none(peer("a", 12, 300L << 20)));

        assertThat(decision.concurrency()).isEqualTo(4);
    }

    @Test
    void aPlacementStaysWhileItsPeersDo() {
        Decision before = placed(THREE_STAGES, none(peer("a", 8), peer("b", 8), peer("c", 8)));

        assertThat(next(THREE_STAGES, view(before, loaded(before), peer("d", 100))))
                .as("another peer joins")
                .isEmpty();
    }

    @Test
    void aSpareTakesThePlaceOfALostPeer() {
        Decision before = placed(THREE_STAGES, none(peer("a", 8), peer("b", 8), peer("c", 8)));
        List<PeerInfo> left = without(loaded(before), "b");

        Decision after = placed(THREE_STAGES, view(before, left, peer("d", 8)));

        assertThat(after.parts()).extracting(Decision.Part::peer).containsExactlyInAnyOrder("a", "c", "d");
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        assertThat(after.relaxed()).isFalse();
    }

    @Test
    void fewerPeersThanAskedForTakeOverWhereThereIsNoSpare() {
        Decision before = placed(THREE_STAGES, none(peer("a", 8), peer("b", 8), peer("c", 8)));

        Decision after = placed(THREE_STAGES, view(before, without(loaded(before, 4), "b")));

        assertThat(after.parts()).extracting(Decision.Part::peer).containsExactlyInAnyOrder("a", "c");
        assertThat(after.relaxed()).isTrue();
    }

    @Test
    void itWaitsWhenThoseThatAreLeftCannotHoldItAndComesBackWithThePeer() {
        Decision before = placed(THREE_STAGES, none(peer("a", 5), peer("b", 5), peer("c", 5)));
        List<PeerInfo> left = without(loaded(before), "b");

        Decision waiting = placed(THREE_STAGES, view(before, left));
        assertThat(waiting.isPlaced()).isFalse();
        assertThat(waiting.code()).isEqualTo("NO_PEERS");
        assertThat(waiting.reason()).contains("3");
        assertThat(next(THREE_STAGES, view(waiting, left)))
                .as("nothing new to say")
                .isEmpty();

        Decision back = placed(THREE_STAGES, none(waiting, peer("a", 5), peer("b", 5), peer("c", 5)));
        assertThat(back.parts()).extracting(Decision.Part::peer).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(back.epoch()).isGreaterThan(waiting.epoch());
    }

    @Test
    void aPeerThatCouldNotLoadItIsNotTriedAgain() {
        Decision before = placed(ANYWHERE, none(peer("a", 8), peer("b", 30)));
        PeerInfo failed = peer("b", 30).toBuilder()
                .shards(List.of(held(before, before.parts().getFirst(), HeldShard.State.FAILED)))
                .build();

        Decision after = placed(ANYWHERE, view(before, List.of(peer("a", 20), failed)));
        assertThat(after.parts()).extracting(Decision.Part::peer).containsExactly("a");
        assertThat(after.failed()).containsExactly("b");

        assertThat(next(ANYWHERE, view(after, List.of(loaded(after).getFirst(), peer("b", 30)))))
                .isEmpty();
    }

    @Test
    void whereNobodyElseCanLoadItTheFailureStands() {
        Decision before = placed(ANYWHERE, none(peer("b", 30)));
        PeerInfo failed = peer("b", 30).toBuilder()
                .shards(List.of(held(before, before.parts().getFirst(), HeldShard.State.FAILED)))
                .build();

        ClusterView view = view(before, List.of(failed));
        assertThat(next(ANYWHERE, view)).isEmpty();
        assertThat(view.placed()).singleElement().satisfies(placed -> {
            assertThat(placed.state()).isEqualTo(PlacedModel.State.FAILED);
            assertThat(placed.reason()).isEqualTo("the disk is on fire");
        });
    }

    @Test
    void aLeavingPeerIsRelievedAndStaysUntilThereIsAnother() {
        Decision before = placed(ANYWHERE, none(peer("a", 30)));
        PeerInfo leaving = loaded(before).getFirst().toBuilder().leaving(true).build();

        assertThat(next(ANYWHERE, view(before, List.of(leaving)))).isEmpty();
        assertThat(placed(ANYWHERE, view(before, List.of(leaving), peer("b", 20)))
                        .parts())
                .extracting(Decision.Part::peer)
                .containsExactly("b");
    }

    @Test
    void aDecisionThatPeersAreAlreadyAheadOfIsTakenAgain() {
        Decision before = placed(THREE_STAGES, none(peer("a", 8), peer("b", 8), peer("c", 8)));
        List<PeerInfo> ahead = loaded(before).stream()
                .map(peer -> peer.toBuilder()
                        .shards(peer.shards().stream()
                                .map(held -> new HeldShard(
                                        held.model(),
                                        held.layers(),
                                        before.epoch() + 7,
                                        held.memoryBytes(),
                                        held.state(),
                                        held.progress(),
                                        held.reason()))
                                .toList())
                        .build())
                .toList();

        Decision after = PlacementRule.next(THREE_STAGES, CARD, view(before, ahead), NOW + 100)
                .orElseThrow();
        assertThat(after.isPlaced()).isTrue();
        assertThat(after.epoch()).isEqualTo(NOW + 100);
        assertThat(next(THREE_STAGES, view(before, loaded(before)))).isEmpty();
    }

    @Test
    void theSameOrderGivenAgainLeavesWhatServesAlone() {
        Decision before = placed(ANYWHERE, none(peer("a", 30)));
        Order again = new Order(ANYWHERE.deployment(), 9, "");

        Decision after = placed(again, view(before, loaded(before)));

        assertThat(after.epoch()).isEqualTo(before.epoch());
        assertThat(after.asked()).isEqualTo(again);
    }

    @Test
    void memoryDecidedForAnotherModelIsTakenBeforeItsPeerSaysSo() {
        Decision other = new Decision(
                new Order(Deployment.of("org/other"), 1, ""),
                7,
                Strategy.PIPELINE,
                List.of(new Decision.Part("b", 0, 4, 20 * GIB)),
                1,
                1,
                1,
                "",
                false,
                new TreeSet<>(),
                "",
                "");

        assertThat(placed(ANYWHERE, view(other, List.of(peer("a", 15), peer("b", 30))))
                        .head())
                .isEqualTo("a");
    }

    @Test
    void whatAModelHasItselfIsFreeForIt() {
        Decision before = placed(ANYWHERE, none(peer("a", 14)));
        PeerInfo full = loaded(before).getFirst(); // it has told what is left beside the model
        Order wider = new Order(new Deployment("org/m", Strategy.AUTO, 0, 0, List.of(), 2048, 1), 9, "");

        assertThat(placed(wider, view(before, List.of(full))).context()).isEqualTo(2048);
    }

    @Test
    void whatCannotBeAskedForIsSaidInTheWordsOfTheOrder() {
        ClusterView view = none(peer("a", 30));

        assertThatThrownBy(() -> PlacementRule.exact(
                        new Deployment("org/m", Strategy.AUTO, 0, 0, List.of("nobody"), 0, 0),
                        CARD,
                        view,
                        new TreeSet<>()))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining("nobody")
                .hasMessageContaining("name-a");
        assertThatThrownBy(() -> PlacementRule.requireKnown("peers", List.of("name-a", "a", "nobody"), view.topology()))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("nobody")
                .hasMessageContaining("name-a");
        assertThatThrownBy(() -> PlacementRule.exact(
                        new Deployment("org/m", Strategy.AUTO, 0, 0, List.of(), 5000, 0), CARD, view, new TreeSet<>()))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("4096");
    }

    @Test
    void aPeerWithAnotherCheckpointOfTheNameTakesNoPart() {
        PeerInfo other = peer("a", 90).toBuilder()
                .models(List.of(new HeldModel("org/m", GIB, true, List.of(), "beef")))
                .build();
        PeerInfo same = peer("b", 20).toBuilder()
                .models(List.of(new HeldModel("org/m", GIB, true, List.of(), "f00d")))
                .build();

        assertThat(placed(ANYWHERE, none(other, same)).head()).isEqualTo("b");
    }

    @Test
    void peersCanBeNamedByName() {
        Order named = new Order(new Deployment("org/m", Strategy.AUTO, 0, 0, List.of("name-a"), 0, 0), 5, "");

        assertThat(placed(named, none(peer("a", 20), peer("b", 90))).head()).isEqualTo("a");
    }

    @Test
    void aLabelMeansAllWhoHaveItAndThePlannerChoosesAmongThem() {
        Order attic = on(0, "attic");

        assertThat(placed(attic, none(peer("a", 90), labelled("b", 20, "attic"), labelled("c", 20, "attic")))
                        .parts())
                .extracting(Decision.Part::peer)
                .singleElement()
                .isIn("b", "c");
        assertThat(placed(on(2, "attic"), none(peer("a", 90), labelled("b", 8, "attic"), labelled("c", 8, "attic=2")))
                        .parts())
                .extracting(Decision.Part::peer)
                .containsExactlyInAnyOrder("b", "c");
        assertThat(placed(on(0, "gpu=h100"), none(labelled("a", 90, "gpu=l4"), labelled("b", 20, "gpu=h100")))
                        .head())
                .isEqualTo("b");
    }

    @Test
    void whatMayRunOnCertainPeersOnlyWaitsForThemAndRunsOnFewerOfThem() {
        Order attic = on(2, "attic");
        Decision before = placed(attic, none(peer("a", 90), labelled("b", 14, "attic"), labelled("c", 14, "attic")));

        List<PeerInfo> left = without(loaded(before, 14), "b").stream()
                .map(peer -> peer.toBuilder().labels(List.of("attic")).build())
                .toList();
        assertThat(placed(attic, view(before, left, peer("a", 90))).head()).isEqualTo("c");

        Decision none = placed(on(0, "b"), view(placed(on(0, "b"), none(peer("b", 20))), List.of(peer("a", 90))));
        assertThat(none.isPlaced()).isFalse();
        assertThat(none.code()).isEqualTo("NO_PEERS");
        assertThat(none.reason()).contains("org/m may run on b only", "Maybe start that peer again");
        assertThat(placed(on(0, "b"), none(none, peer("a", 90), peer("b", 20))).head())
                .isEqualTo("b");
    }

    private static Order on(int stages, String... words) {
        return new Order(new Deployment("org/m", Strategy.AUTO, stages, 0, List.of(), 1024, 1, List.of(words)), 5, "");
    }

    private static PeerInfo labelled(String id, int gib, String label) {
        return peer(id, gib).toBuilder().labels(List.of(label)).build();
    }

    @Test
    void anOrderWithoutPeersItMayRunOnIsOneOfAnOlderPeer() {
        String older = Records.text(THREE_STAGES).replace(",\"on\":[]", "");
        assertThat(older).doesNotContain("\"on\"");

        assertThat(Records.orders(Map.of(Records.orderKey("org/m"), older)))
                .containsExactly(Map.entry("org/m", THREE_STAGES));
    }

    @Test
    void anOrderAndADecisionComeBackFromTheState() {
        Decision decision = placed(THREE_STAGES, none(peer("a", 8), peer("b", 8), peer("c", 8)));
        Map<String, String> state = Map.of(
                Records.orderKey("org/m"), Records.text(THREE_STAGES),
                Records.decisionKey("org/m"), Records.text(decision),
                Records.orderKey("damaged"), "{");

        assertThat(Records.orders(state)).containsExactly(Map.entry("org/m", THREE_STAGES));
        assertThat(Records.decisions(state)).containsExactly(Map.entry("org/m", decision));
    }

    private static Decision placed(Order order, ClusterView view) {
        return next(order, view).orElseThrow();
    }

    private static Optional<Decision> next(Order order, ClusterView view) {
        return PlacementRule.next(order, CARD, view, NOW);
    }

    private static PeerInfo peer(String id, int gib) {
        return peer(id, gib, GIB - 1);
    }

    private static PeerInfo peer(String id, int gib, long more) {
        return PeerInfo.builder(id)
                .name("name-" + id)
                .memoryFreeBytes(gib * GIB + more)
                .weightBytesPerSecond(50e9)
                .build();
    }

    private static List<PeerInfo> loaded(Decision decision) {
        return loaded(decision, 0);
    }

    /** The peers of a decision, which have loaded their parts and have memory left beside them. */
    private static List<PeerInfo> loaded(Decision decision, int gib) {
        return decision.parts().stream()
                .map(part -> peer(part.peer(), gib, 100).toBuilder()
                        .shards(List.of(held(decision, part, HeldShard.State.READY)))
                        .build())
                .toList();
    }

    private static HeldShard held(Decision decision, Decision.Part part, HeldShard.State state) {
        String reason = state == HeldShard.State.FAILED ? "the disk is on fire" : "";
        return new HeldShard("org/m", part.layers(), decision.epoch(), part.memoryBytes(), state, 1, reason);
    }

    private static List<PeerInfo> without(List<PeerInfo> peers, String id) {
        return peers.stream().filter(peer -> !peer.id().equals(id)).toList();
    }

    private static ClusterView none(PeerInfo... peers) {
        return new ClusterView(topology(List.of(peers)), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    private static ClusterView none(Decision decision, PeerInfo... peers) {
        return view(decision, List.of(peers));
    }

    private static ClusterView view(Decision decision, List<PeerInfo> peers, PeerInfo... more) {
        List<PeerInfo> all = new ArrayList<>(peers);
        all.addAll(List.of(more));
        SortedMap<String, Order> orders = new TreeMap<>(Map.of(decision.model(), decision.asked()));
        SortedMap<String, Decision> decisions = new TreeMap<>(Map.of(decision.model(), decision));
        return new ClusterView(topology(all), orders, decisions, new TreeMap<>());
    }

    private static Topology topology(List<PeerInfo> peers) {
        List<Link> links = new ArrayList<>();
        for (PeerInfo from : peers) {
            for (PeerInfo to : peers) {
                if (!from.id().equals(to.id())) {
                    links.add(new Link(from.id(), to.id(), Link.Kind.ETHERNET, "10.0.0.1", 100, 1e9, null));
                }
            }
        }
        String first = peers.isEmpty() ? "" : peers.getFirst().id();
        return new Topology(first, first, peers, links);
    }
}
