package dev.exoflux.pipeline.placement;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Places contiguous ranges of layers on a ring of peers. */
final class PipelinePlanner {

    private final Demand demand;
    private final Candidates candidates;
    private final Constraints constraints;
    private final RingRules rules;

    private PipelinePlanner(Demand demand, Candidates candidates, Constraints constraints) {
        this.demand = demand;
        this.candidates = candidates;
        this.constraints = constraints;
        this.rules = RingRules.of(candidates, constraints, demand.layers());
    }

    static Placement plan(Demand demand, Candidates candidates, Constraints constraints) {
        return new PipelinePlanner(demand, candidates, constraints).plan();
    }

    private Placement plan() {
        if (rules.least() > demand.layers()) {
            throw PlacementErrors.moreStagesThanLayers(rules.least(), demand.layers());
        }
        Placement placement = withLinks(true);
        if (placement == null) {
            throw missing();
        }
        return placement;
    }

    /**
     * Layers of different sizes are first taken for average ones, then for the largest: the cut itself, which knows each
     * layer, says whether the ring so found can hold them.
     */
    private @Nullable Placement withLinks(boolean linksMatter) {
        for (long layerBytes : new long[] {demand.meanLayer(), demand.largestLayer()}) {
            RingCosts costs = new RingCosts(candidates, demand, layerBytes, linksMatter);
            int[] ring = Rings.cheapest(costs, rules);
            Placement placement = ring == null ? null : cut(costs, ring);
            if (placement != null) {
                return placement;
            }
        }
        return null;
    }

    /** The ring with its layers; where these are not all alike to a peer, from whichever start is best. */
    private @Nullable Placement cut(RingCosts costs, int[] ring) {
        int turns = layersDiffer(ring) ? ring.length : 1;
        int[] best = ring;
        LayerCut.Result cut = null;
        for (int by = 0; by < turns; by++) {
            int[] turned = RingSearch.turned(ring, by);
            LayerCut.Result result =
                    LayerCut.best(demand, candidates, turned, costs.hops(turned), constraints.concurrency());
            if (result != null && (cut == null || result.seconds() < cut.seconds())) {
                cut = result;
                best = turned;
            }
        }
        return cut == null ? null : placement(best, cut.layers());
    }

    private boolean layersDiffer(int[] ring) {
        String model = demand.model().id();
        return demand.model().layers().stream().distinct().count() > 1
                || Arrays.stream(ring)
                        .mapToObj(candidates::peer)
                        .anyMatch(peer -> IntStream.range(1, demand.layers())
                                .anyMatch(layer -> peer.holds(model, layer) != peer.holds(model, 0)));
    }

    private Placement placement(int[] ring, List<LayerRange> cut) {
        List<Placement.Assignment> shards = new ArrayList<>();
        for (int stage = 0; stage < ring.length; stage++) {
            LayerRange layers = cut.get(stage);
            long outer = demand.outer(stage == 0, stage == ring.length - 1);
            shards.add(new Placement.Assignment(
                    candidates.peer(ring[stage]).id(), layers, demand.bytes(layers.from(), layers.to()) + outer));
        }
        Prediction prediction = Prediction.of(demand, candidates, ring, cut);
        return new Placement(
                Strategy.PIPELINE,
                shards,
                1 / prediction.seconds(),
                PipelineReasons.of(demand, candidates, rules, ring, prediction),
                Optional.empty());
    }

    /** Memory where no links could help, else links. */
    private ExofluxException missing() {
        if (withLinks(false) == null) {
            return PlacementErrors.memory(demand, candidates, rules, constraints);
        }
        List<List<PeerInfo>> islands = islands();
        boolean anyHasRoom = islands.stream().anyMatch(this::mayHaveRoom);
        if (!anyHasRoom && !constraints.usesAllNamed()) {
            return PlacementErrors.memoryOfIslands(demand, islands, constraints);
        }
        return PlacementErrors.notConnected(demand, candidates);
    }

    private boolean mayHaveRoom(List<PeerInfo> island) {
        long free = 0;
        for (PeerInfo peer : island) {
            free += peer.memoryFreeBytes();
        }
        return island.size() >= rules.least() && free >= demand.total();
    }

    /** Sets of peers that reach each other over peers of the set. */
    private List<List<PeerInfo>> islands() {
        boolean[] seen = new boolean[candidates.size()];
        List<List<PeerInfo>> islands = new ArrayList<>();
        for (int start = 0; start < seen.length; start++) {
            if (seen[start]) {
                continue;
            }
            List<PeerInfo> island = new ArrayList<>();
            Deque<Integer> open = new ArrayDeque<>(List.of(start));
            seen[start] = true;
            while (!open.isEmpty()) {
                int peer = open.remove();
                island.add(candidates.peer(peer));
                for (int next = 0; next < seen.length; next++) {
                    if (!seen[next] && candidates.linked(peer, next)) {
                        seen[next] = true;
                        open.add(next);
                    }
                }
            }
            islands.add(island);
        }
        return islands;
    }
}
