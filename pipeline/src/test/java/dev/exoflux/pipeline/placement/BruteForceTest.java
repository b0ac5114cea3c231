package dev.exoflux.pipeline.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Few peers and layers, where every ring and every cut of it can be tried. */
final class BruteForceTest {

    /** Preferences for kinds of links are worth nanoseconds. */
    private static final double NANOS = 1e-7;

    private double best;

    @Test
    void isAsQuickAsTheBestOfAllRingsAndCuts() {
        int placed = 0;
        int refused = 0;
        for (int seed = 0; seed < 600; seed++) {
            RandomTopologies draw = new RandomTopologies(seed);
            Topology topology = draw.topology(1 + draw.nextInt(5), seed % 3 * 0.2);
            ModelFootprint model = draw.model(1 + draw.nextInt(7));
            Constraints constraints = Constraints.builder()
                    .context(draw.nextInt(40))
                    .minPeers(
                            draw.nextInt(3) == 0
                                    ? 1 + draw.nextInt(topology.peers().size())
                                    : 0)
                    .build();
            double quickest = quickest(model, topology, constraints);
            try {
                Placement placement = Planner.plan(model, topology, constraints);
                check(placement, model, topology, constraints);
                assertThat(1 / placement.tokensPerSecond()).as("seed %d", seed).isCloseTo(quickest, within(NANOS));
                placed++;
            } catch (ExofluxException e) {
                assertThat(quickest).as("seed %d: %s", seed, e.getMessage()).isInfinite();
                refused++;
            }
        }
        assertThat(placed).isGreaterThan(200);
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void saysThatLinksAreMissingOnlyWhereTheyAre() {
        for (int seed = 0; seed < 200; seed++) {
            RandomTopologies draw = new RandomTopologies(seed);
            Topology topology = draw.topology(1 + draw.nextInt(5), 0);
            try {
                Planner.plan(draw.model(6), topology, Constraints.NONE);
            } catch (ExofluxException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INSUFFICIENT_MEMORY);
            }
        }
    }

    /** The search is for more peers than the exact programme takes; these links, from 3 us to 8 ms, are harder than real ones. */
    @Test
    void searchComesCloseToTheExactRing() {
        int same = 0;
        int all = 0;
        for (int seed = 0; seed < 300; seed++) {
            RandomTopologies draw = new RandomTopologies(seed);
            Topology topology = draw.topology(4 + draw.nextInt(6), seed % 3 * 0.1);
            Demand demand = Demand.of(draw.model(4 + draw.nextInt(20)), Constraints.NONE);
            Candidates candidates = Candidates.of(topology, Constraints.NONE, demand);
            RingCosts costs = new RingCosts(candidates, demand, demand.meanLayer(), true);
            RingRules rules = RingRules.of(candidates, Constraints.NONE, demand.layers());
            int[] exact = Rings.cheapest(costs, rules);
            int[] found = RingSearch.cheapest(costs, rules);
            if (exact != null) {
                all++;
                assertThat(found).as("seed %d", seed).isNotNull();
                assertThat(costs.of(found)).as("seed %d", seed).isLessThan(costs.of(exact) * 2);
                same += costs.of(found) <= costs.of(exact) * (1 + 1e-9) ? 1 : 0;
            }
        }
        assertThat(same).as("of %d", all).isGreaterThan(all * 85 / 100);
    }

    private static void check(Placement placement, ModelFootprint model, Topology topology, Constraints constraints) {
        Demand demand = Demand.of(model, constraints);
        int from = 0;
        for (Placement.Assignment shard : placement.shards()) {
            assertThat(shard.layers().from()).isEqualTo(from);
            assertThat(shard.layers().size()).isPositive();
            assertThat(shard.memoryBytes())
                    .isLessThanOrEqualTo(
                            topology.peer(shard.peer()).orElseThrow().memoryFreeBytes());
            from = shard.layers().to();
        }
        assertThat(from).isEqualTo(demand.layers());
        assertThat(placement.ring()).doesNotHaveDuplicates();
        assertThat(placement.ring().size()).isGreaterThanOrEqualTo(constraints.minPeers());
    }

    private double quickest(ModelFootprint model, Topology topology, Constraints constraints) {
        Demand demand = Demand.of(model, constraints);
        Candidates candidates;
        try {
            candidates = Candidates.of(topology, constraints, demand);
        } catch (ExofluxException e) {
            return Double.POSITIVE_INFINITY;
        }
        best = Double.POSITIVE_INFINITY;
        int least = Math.max(1, constraints.minPeers());
        rings(candidates, new ArrayList<>(), ring -> {
            if (ring.size() >= least && ring.size() <= demand.layers()) {
                cuts(demand, candidates, ring, new ArrayList<>(), 0);
            }
        });
        return best;
    }

    private void rings(Candidates candidates, List<Integer> ring, Consumer<List<Integer>> each) {
        if (!ring.isEmpty() && (ring.size() == 1 || candidates.linked(ring.getFirst(), ring.getLast()))) {
            each.accept(ring);
        }
        for (int next = 0; next < candidates.size(); next++) {
            if (!ring.contains(next) && (ring.isEmpty() || candidates.linked(ring.getLast(), next))) {
                ring.add(next);
                rings(candidates, ring, each);
                ring.removeLast();
            }
        }
    }

    private void cuts(Demand demand, Candidates candidates, List<Integer> ring, List<LayerRange> cut, int from) {
        int stage = cut.size();
        if (stage == ring.size()) {
            if (from == demand.layers()) {
                int[] peers = ring.stream().mapToInt(Integer::intValue).toArray();
                best = Math.min(
                        best, Prediction.of(demand, candidates, peers, cut).seconds());
            }
            return;
        }
        for (int to = from + 1; to <= demand.layers(); to++) {
            long bytes = demand.bytes(from, to) + demand.outer(stage == 0, stage == ring.size() - 1);
            if (bytes <= candidates.peer(ring.get(stage)).memoryFreeBytes()) {
                cut.add(new LayerRange(from, to));
                cuts(demand, candidates, ring, cut, to);
                cut.removeLast();
            }
        }
    }
}
