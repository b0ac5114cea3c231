package dev.exoflux.pipeline.placement;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Places a group of ranks, each of which has a part of every layer. */
final class TensorPlanner {

    private final Demand demand;
    private final Candidates candidates;
    private final Topology topology;
    private final Constraints constraints;
    private final int rank0;

    private TensorPlanner(Demand demand, Candidates candidates, Topology topology, Constraints constraints) {
        this.demand = demand;
        this.candidates = candidates;
        this.topology = topology;
        this.constraints = constraints;
        this.rank0 = constraints.rank0().isEmpty() ? -1 : rank0();
    }

    static Placement plan(Demand demand, Candidates candidates, Topology topology, Constraints constraints) {
        return new TensorPlanner(demand, candidates, topology, constraints).plan();
    }

    private int rank0() {
        String id = constraints.rank0();
        boolean there = candidates.peers().stream().anyMatch(peer -> peer.id().equals(id));
        if (!there) {
            throw PlacementErrors.unknownPeer(id, topology);
        }
        return candidates.number(id);
    }

    private Placement plan() {
        List<Integer> sizes = sizes();
        if (constraints.usesAllNamed()) {
            checkMemory(sizes.getFirst());
        }
        List<String> why = new ArrayList<>();
        TensorCosts best = null;
        List<Integer> group = List.of();
        for (TensorCosts costs : collectives()) {
            List<Integer> found = group(costs, sizes, why);
            if (found != null && (best == null || costs.of(found) < best.of(group))) {
                best = costs;
                group = found;
            }
        }
        if (best == null) {
            throw missing(sizes);
        }
        return placement(best, group, why);
    }

    private List<TensorCosts> collectives() {
        List<CollectiveKind> kinds = constraints.collective() == CollectiveKind.AUTO
                ? List.of(CollectiveKind.JACCL, CollectiveKind.RING)
                : List.of(constraints.collective());
        return kinds.stream().map(this::costs).toList();
    }

    private TensorCosts costs(CollectiveKind kind) {
        return new TensorCosts(demand, candidates, topology, constraints, kind);
    }

    /** The peers asked for, or else the quickest group: of several if there is one, since that is what tensor means. */
    private @Nullable List<Integer> group(TensorCosts costs, List<Integer> sizes, List<String> why) {
        boolean jaccl = costs.kind() == CollectiveKind.JACCL;
        if (constraints.usesAllNamed()) {
            List<String> reasons = jaccl ? costs.missingRdma(named()) : List.of();
            if (!reasons.isEmpty()) {
                why.add("Not over jaccl: %s.".formatted(Amounts.list(reasons, "; ", text -> text)));
            }
            return reasons.isEmpty() ? named() : null;
        }
        TensorGroups groups = new TensorGroups(costs, candidates, rank0);
        List<Integer> found =
                groups.quickest(sizes.stream().filter(size -> size > 1).toList());
        if (found == null && jaccl) {
            why.add("Not over jaccl: no group has RDMA between every two and the memory.");
        }
        return found == null && !jaccl && sizes.contains(1) ? groups.quickest(List.of(1)) : found;
    }

    private ExofluxException missing(List<Integer> sizes) {
        TensorCosts costs =
                costs(constraints.collective() == CollectiveKind.JACCL ? CollectiveKind.JACCL : CollectiveKind.RING);
        return constraints.usesAllNamed()
                ? PlacementErrors.rdma(costs.missingRdma(named()))
                : new TensorGroups(costs, candidates, rank0).missing(demand, constraints, sizes);
    }

    /** Over how many ranks: those asked for, else whatever splits the model. */
    private List<Integer> sizes() {
        ModelFootprint model = demand.model();
        int asked = constraints.usesAllNamed() ? candidates.size() : constraints.stages();
        if (asked > 0 && !Divisors.splits(model, asked)) {
            throw PlacementErrors.notDivisible(model, Integer.toString(asked), asked);
        }
        int least = asked > 0 ? asked : Math.max(1, constraints.minPeers());
        int most = asked > 0 ? asked : candidates.size();
        List<Integer> sizes = Divisors.between(model, least, most);
        if (sizes.isEmpty()) {
            throw PlacementErrors.notDivisible(model, least + " to " + most, least);
        }
        return sizes;
    }

    private List<Integer> named() {
        return constraints.peers().stream().distinct().map(candidates::number).toList();
    }

    private void checkMemory(int ranks) {
        long bytes = costs(CollectiveKind.RING).rankBytes(ranks);
        List<PeerInfo> small = candidates.peers().stream()
                .filter(peer -> peer.memoryFreeBytes() < bytes)
                .toList();
        if (!small.isEmpty()) {
            throw PlacementErrors.rankMemory(demand, small, ranks, bytes, constraints);
        }
    }

    private Placement placement(TensorCosts costs, List<Integer> group, List<String> why) {
        List<Integer> ranks = ordered(costs.kind(), group);
        LayerRange all = new LayerRange(0, demand.layers());
        long bytes = costs.rankBytes(ranks.size());
        List<Placement.Assignment> shards = ranks.stream()
                .map(rank -> new Placement.Assignment(candidates.peer(rank).id(), all, bytes))
                .toList();
        double seconds = costs.ofRing(ranks);
        why.addFirst("%d ranks exchange their sums over %s; a token takes %s."
                .formatted(ranks.size(), costs.kind().spelling(), Amounts.millis(seconds)));
        TensorGroup built = new TensorAddresses(candidates, topology, constraints, ranks).group(costs);
        return new Placement(Strategy.TENSOR, shards, 1 / seconds, why, Optional.of(built));
    }

    /** Ranks so that neighbours are linked where that matters, rank 0 first. */
    private List<Integer> ordered(CollectiveKind kind, List<Integer> group) {
        List<Integer> ranks = new ArrayList<>(group);
        if (kind == CollectiveKind.RING && !isRing(ranks)) {
            ranks = ring(ranks);
        }
        if (rank0 >= 0) {
            if (kind == CollectiveKind.RING && ranks.size() > 3) {
                Collections.rotate(ranks, -ranks.indexOf(rank0));
            } else {
                ranks.removeIf(rank -> rank == rank0);
                ranks.addFirst(rank0);
            }
        }
        return ranks;
    }

    private boolean isRing(List<Integer> ranks) {
        return IntStream.range(0, ranks.size())
                .allMatch(i -> ranks.size() == 1 || candidates.linked(ranks.get(i), ranks.get((i + 1) % ranks.size())));
    }

    /** The cheapest ring through all of them. */
    private List<Integer> ring(List<Integer> ranks) {
        BitSet required = new BitSet();
        ranks.forEach(required::set);
        RingCosts costs = new RingCosts(candidates, demand, 0, true);
        int[] ring = Rings.cheapest(costs, new RingRules(ranks.size(), ranks.size(), required));
        if (ring == null) {
            throw PlacementErrors.notConnected(demand, candidates);
        }
        return new ArrayList<>(IntStream.of(ring).boxed().toList());
    }
}
