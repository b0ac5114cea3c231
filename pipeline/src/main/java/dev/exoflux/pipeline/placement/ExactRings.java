package dev.exoflux.pipeline.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cheapest ring among few candidates, exactly and without walking through the rings: the programme of Bellman, Held and
 * Karp, whose states are (first peer, set of peers, last peer), after which hops and compute of each state are known apart.
 * Its work is of the order of {@code n^3 2^n}.
 */
final class ExactRings {

    /** Candidates up to which this takes a few milliseconds. */
    static final int MOST = 10;

    /** Costs closer than this are equal: then the smaller ring, and the earlier ids, win. */
    private static final double SAME = 1 - 1e-12;

    private final RingCosts costs;
    private final int[] members;
    private final int size;
    private final double[][][] path;

    private ExactRings(RingCosts costs, int[] members) {
        this.costs = costs;
        this.members = members;
        this.size = members.length;
        this.path = new double[size][1 << size][size];
    }

    /**
     * The cheapest ring of some of these candidates.
     *
     * @param members at most {@link #MOST}, every required one among them
     * @return null where none has the memory and the links
     */
    static int @Nullable [] cheapest(RingCosts costs, RingRules rules, int[] members) {
        ExactRings rings = new ExactRings(costs, members);
        rings.findPaths();
        return rings.best(rules);
    }

    private void findPaths() {
        for (int first = 0; first < size; first++) {
            for (double[] ends : path[first]) {
                Arrays.fill(ends, Double.POSITIVE_INFINITY);
            }
            path[first][1 << first][first] = 0;
            for (int set = 1; set < 1 << size; set++) {
                for (int last = 0; last < size; last++) {
                    double so = path[first][set][last];
                    for (int next = 0; so < RingCosts.NO_LINK && next < size; next++) {
                        if ((set & (1 << next)) == 0) {
                            double longer = so + costs.hop(members[last], members[next]);
                            double[] ends = path[first][set | (1 << next)];
                            ends[next] = Math.min(ends[next], longer);
                        }
                    }
                }
            }
        }
    }

    private int @Nullable [] best(RingRules rules) {
        int needed = 0;
        for (int i = 0; i < size; i++) {
            needed |= rules.required().get(members[i]) ? 1 << i : 0;
        }
        double best = RingCosts.NO_LINK / 2;
        int[] ring = null;
        for (int count = rules.least(); count <= Math.min(rules.most(), size); count++) {
            for (int set = 1; set < 1 << size; set++) {
                if (Integer.bitCount(set) != count || (set & needed) != needed) {
                    continue;
                }
                for (int first = 0; first < size; first++) {
                    for (int last = 0; last < size; last++) {
                        double hops = path[first][set][last] + costs.home(members[last], members[first]);
                        if (hops >= best || (set & (1 << last)) == 0) {
                            continue;
                        }
                        double cost = hops + costs.compute(ends(set, first, last));
                        if (cost < best * SAME) {
                            best = cost;
                            ring = walkBack(set, first, last);
                        }
                    }
                }
            }
        }
        return ring;
    }

    /** The set's members with the given ends and any order between: compute does not depend on it. */
    private int[] ends(int set, int first, int last) {
        int[] ring = new int[Integer.bitCount(set)];
        int at = 1;
        for (int i = 0; i < size; i++) {
            if ((set & (1 << i)) != 0 && i != first && i != last) {
                ring[at++] = members[i];
            }
        }
        ring[0] = members[first];
        ring[ring.length - 1] = members[last];
        return ring;
    }

    private int[] walkBack(int set, int first, int last) {
        int[] ring = new int[Integer.bitCount(set)];
        for (int at = ring.length - 1, rest = set, end = last; at >= 0; at--) {
            ring[at] = members[end];
            rest &= ~(1 << end);
            int before = end;
            double shortest = Double.POSITIVE_INFINITY;
            for (int i = 0; i < size; i++) {
                double way = path[first][rest][i] + costs.hop(members[i], members[end]);
                if (way < shortest) {
                    shortest = way;
                    before = i;
                }
            }
            end = before;
        }
        return ring;
    }
}
