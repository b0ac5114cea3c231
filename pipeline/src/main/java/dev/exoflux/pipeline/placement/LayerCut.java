package dev.exoflux.pipeline.placement;

import dev.exoflux.model.LayerRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the layers over a given ring: contiguous, nobody empty, nobody over its memory. A dynamic programme over (peers so far,
 * layers so far) finds the cut of least compute; among cuts of equal compute the most even one, by the sum of squares of the
 * stages' times; among those the one with the longer stages first.
 *
 * <p>For several sequences at once, with at most as many batches under way as there are stages, a round of the ring takes no
 * less than {@code min(concurrency, stages)} times the slowest stage: then stages are bounded by ever smaller times as long as
 * the round becomes shorter for it.
 */
final class LayerCut {

    private static final double SAME = 1e-9;
    private static final int BISECTIONS = 24;

    private final Demand demand;
    private final Candidates candidates;
    private final int[] ring;
    /** Seconds of layers {@code [0, i)} on the ring's peers, preferences priced in. */
    private final double[][] secondsBefore;

    /** A cut: where each stage ends, with the sum and the longest of its stages' seconds. */
    private record Cut(List<Integer> ends, double seconds, double longest) {}

    private LayerCut(Demand demand, Candidates candidates, int[] ring) {
        this.demand = demand;
        this.candidates = candidates;
        this.ring = ring;
        this.secondsBefore = new double[ring.length][demand.layers() + 1];
        for (int stage = 0; stage < ring.length; stage++) {
            PeerInfo peer = candidates.peer(ring[stage]);
            for (int layer = 0; layer < demand.layers(); layer++) {
                boolean held = peer.holds(demand.model().id(), layer);
                secondsBefore[stage][layer + 1] = secondsBefore[stage][layer]
                        + demand.active(layer, layer + 1)
                                / candidates.speed(ring[stage])
                                * (held ? RingCosts.WITH_WEIGHTS : 1);
            }
        }
    }

    /**
     * A cut of a ring's layers.
     *
     * @param layers of each peer, in the ring's order
     * @param seconds of a round, preferences priced in
     */
    record Result(List<LayerRange> layers, double seconds) {}

    /**
     * The best cut for a ring.
     *
     * @param hops seconds that a token spends between the stages
     * @return null where the layers do not fit into that ring
     */
    static @Nullable Result best(Demand demand, Candidates candidates, int[] ring, double hops, int concurrency) {
        LayerCut cuts = new LayerCut(demand, candidates, ring);
        Cut best = cuts.cut(Double.POSITIVE_INFINITY);
        if (best == null) {
            return null;
        }
        int batches = Math.min(concurrency, ring.length);
        if (batches > 1) {
            best = cuts.balanced(best, hops, batches);
        }
        return new Result(ranges(best), round(best, hops, batches));
    }

    private static List<LayerRange> ranges(Cut cut) {
        List<LayerRange> ranges = new ArrayList<>();
        int from = 0;
        for (int end : cut.ends) {
            ranges.add(new LayerRange(from, end));
            from = end;
        }
        return ranges;
    }

    private Cut balanced(Cut quickest, double hops, int batches) {
        Cut best = quickest;
        double low = quickest.seconds / ring.length * (1 - SAME);
        double high = quickest.longest;
        for (int i = 0; i < BISECTIONS && low < high; i++) {
            double bound = (low + high) / 2;
            Cut cut = cut(bound);
            if (cut == null) {
                low = bound;
                continue;
            }
            if (round(cut, hops, batches) < round(best, hops, batches) * (1 - SAME)) {
                best = cut;
            }
            if (batches * cut.longest > cut.seconds + hops) {
                high = Math.min(bound, cut.longest);
            } else {
                low = bound;
            }
        }
        return best;
    }

    private static double round(Cut cut, double hops, int batches) {
        return Math.max(cut.seconds + hops, batches * cut.longest);
    }

    /** The quickest cut with no stage longer than {@code bound} seconds. */
    private @Nullable Cut cut(double bound) {
        int layers = demand.layers();
        double[][] sum = new double[ring.length + 1][layers + 1];
        double[][] squares = new double[ring.length + 1][layers + 1];
        int[][] start = new int[ring.length + 1][layers + 1];
        for (double[] row : sum) {
            Arrays.fill(row, Double.POSITIVE_INFINITY);
        }
        sum[0][0] = 0;
        for (int stage = 0; stage < ring.length; stage++) {
            int later = ring.length - 1 - stage;
            int least = later == 0 ? layers : stage + 1;
            for (int to = least; to <= layers - later; to++) {
                long memory = room(stage);
                for (int from = to - 1; from >= stage && demand.bytes(from, to) <= memory; from--) {
                    double seconds = seconds(stage, from, to);
                    if (sum[stage][from] == Double.POSITIVE_INFINITY || seconds > bound) {
                        continue;
                    }
                    double total = sum[stage][from] + seconds;
                    double square = squares[stage][from] + seconds * seconds;
                    if (isBetter(total, square, sum[stage + 1][to], squares[stage + 1][to])) {
                        sum[stage + 1][to] = total;
                        squares[stage + 1][to] = square;
                        start[stage + 1][to] = from;
                    }
                }
            }
        }
        double total = sum[ring.length][layers];
        return total == Double.POSITIVE_INFINITY ? null : walkBack(start, total);
    }

    private static boolean isBetter(double sum, double square, double knownSum, double knownSquare) {
        if (knownSum == Double.POSITIVE_INFINITY) {
            return true;
        }
        double tolerance = knownSum * SAME;
        return sum < knownSum - tolerance || (sum <= knownSum + tolerance && square < knownSquare * (1 - SAME));
    }

    private Cut walkBack(int[][] start, double seconds) {
        int[] ends = new int[ring.length];
        double longest = 0;
        int to = demand.layers();
        for (int stage = ring.length - 1; stage >= 0; stage--) {
            int from = start[stage + 1][to];
            ends[stage] = to;
            longest = Math.max(longest, seconds(stage, from, to));
            to = from;
        }
        return new Cut(Arrays.stream(ends).boxed().toList(), seconds, longest);
    }

    private long room(int stage) {
        return candidates.peer(ring[stage]).memoryFreeBytes() - demand.outer(stage == 0, stage == ring.length - 1);
    }

    private double seconds(int stage, int from, int to) {
        double head = stage == ring.length - 1 ? demand.model().headMatrixBytes() / candidates.speed(ring[stage]) : 0;
        return secondsBefore[stage][to] - secondsBefore[stage][from] + head;
    }
}
