package dev.exoflux.pipeline.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cheap ring among many candidates. From several peers a ring is grown by whoever has the lowest price for a layer, hops
 * included, until the model fits and another peer saves nothing; the best of these are improved by the moves of local search
 * for travelling salesmen with profits (drop, add, replace, move, turn round a part). No random numbers: the same
 * question has the same answer.
 */
final class RingSearch {

    private static final int STARTS = 24;
    private static final int IMPROVED = 5;
    private static final int ROUNDS = 40;
    /** Outsiders that a round tries, the cheapest by layer first. */
    private static final int OUTSIDERS = 64;

    private static final double SAME = 1 - 1e-12;

    private final RingCosts costs;
    private final RingRules rules;
    /** Cost of the ring that is being improved. */
    private double lowest;

    private RingSearch(RingCosts costs, RingRules rules) {
        this.costs = costs;
        this.rules = rules;
    }

    /** The best ring found; null where none of those found has the memory and the links. */
    static int @Nullable [] cheapest(RingCosts costs, RingRules rules) {
        RingSearch search = new RingSearch(costs, rules);
        List<int[]> grown = search.starts()
                .map(search::grow)
                .sorted(Comparator.comparingDouble(costs::of))
                .limit(IMPROVED)
                .toList();
        int[] best = grown.stream()
                .map(search::improve)
                .min(Comparator.comparingDouble(costs::of))
                .orElse(null);
        return best != null && RingCosts.possible(costs.of(best)) ? best : null;
    }

    /** One start for all required peers, else the most promising alone: half by speed, half by room. */
    private Stream<int[]> starts() {
        int[] required = rules.required().stream().toArray();
        if (required.length > 0) {
            return Arrays.stream(required).limit(STARTS).mapToObj(first -> startingAt(first, required));
        }
        IntStream fast = Arrays.stream(costs.bySpeed()).limit(STARTS / 2);
        IntStream roomy = IntStream.range(0, costs.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -costs.capacityAnywhere(i)))
                .mapToInt(Integer::intValue)
                .limit(STARTS / 2);
        return IntStream.concat(fast, roomy).distinct().mapToObj(first -> new int[] {first});
    }

    /** The required peers, each nearest to the one before. */
    private int[] startingAt(int first, int[] required) {
        int[] ring = {first};
        while (ring.length < required.length) {
            int last = ring[ring.length - 1];
            int[] soFar = ring;
            int next = Arrays.stream(required)
                    .filter(peer -> !contains(soFar, peer))
                    .boxed()
                    .min(Comparator.comparingDouble(peer -> costs.hop(last, peer)))
                    .orElseThrow();
            ring = inserted(ring, ring.length, next);
        }
        return ring;
    }

    private int[] grow(int[] start) {
        int[] ring = start;
        while (ring.length < rules.most()) {
            int[] larger = cheapestLarger(ring);
            boolean needed = ring.length < rules.least() || costs.compute(ring) >= RingCosts.NO_MEMORY / 2;
            if (larger == null || (!needed && costs.of(larger) >= costs.of(ring) * SAME)) {
                break;
            }
            ring = larger;
        }
        return ring;
    }

    /** The ring with the one more peer, anywhere in it, that has the lowest price for a layer. */
    private int @Nullable [] cheapestLarger(int[] ring) {
        double cheapest = Double.POSITIVE_INFINITY;
        int chosen = -1;
        int place = 0;
        for (int peer : costs.bySpeed()) {
            if (costs.capacity(peer) < 1 || contains(ring, peer)) {
                continue;
            }
            double work = costs.layerSeconds(peer);
            for (int at = 1; at <= ring.length; at++) {
                double price = work + detour(ring, at, peer) / costs.capacity(peer);
                if (price < cheapest) {
                    cheapest = price;
                    chosen = peer;
                    place = at;
                }
            }
        }
        return chosen < 0 ? null : inserted(ring, place, chosen);
    }

    private double detour(int[] ring, int at, int peer) {
        int previous = ring[at - 1];
        if (at < ring.length) {
            return costs.hop(previous, peer) + costs.hop(peer, ring[at]) - costs.hop(previous, ring[at]);
        }
        return costs.hop(previous, peer) + costs.home(peer, ring[0]) - (at == 1 ? 0 : costs.home(previous, ring[0]));
    }

    private int[] improve(int[] start) {
        int[] ring = start;
        lowest = costs.of(ring);
        for (int round = 0; round < ROUNDS; round++) {
            double before = lowest;
            ring = better(ring);
            if (lowest >= before) {
                break;
            }
        }
        return ring;
    }

    /** The ring after one round of moves, each taken as soon as it helps. */
    private int[] better(int[] start) {
        int[] ring = start;
        ring = turned(ring);
        ring = reversed(ring);
        ring = moved(ring);
        ring = dropped(ring);
        int[] outsiders = outsiders(ring);
        ring = replaced(ring, outsiders);
        return added(ring, outsiders);
    }

    private int[] outsiders(int[] ring) {
        return Arrays.stream(costs.bySpeed())
                .filter(peer -> costs.capacityAnywhere(peer) >= 1 && !contains(ring, peer))
                .limit(OUTSIDERS)
                .toArray();
    }

    /** Another peer of the ring first. */
    private int[] turned(int[] start) {
        int[] ring = start;
        for (int by = 1; by < start.length; by++) {
            ring = cheaper(turned(start, by), ring);
        }
        return ring;
    }

    /** The same ring, started so many peers later. */
    static int[] turned(int[] ring, int by) {
        int[] other = new int[ring.length];
        for (int i = 0; i < other.length; i++) {
            other[i] = ring[(i + by) % ring.length];
        }
        return other;
    }

    private int[] reversed(int[] start) {
        int[] ring = start;
        for (int from = 0; from < ring.length - 1; from++) {
            for (int to = from + 1; to < ring.length; to++) {
                int[] other = ring.clone();
                for (int i = from, j = to; i < j; i++, j--) {
                    other[i] = ring[j];
                    other[j] = ring[i];
                }
                ring = cheaper(other, ring);
            }
        }
        return ring;
    }

    private int[] moved(int[] start) {
        int[] ring = start;
        for (int from = 0; ring.length > 2 && from < ring.length; from++) {
            for (int to = 0; to < ring.length; to++) {
                ring = cheaper(inserted(without(ring, from), to, ring[from]), ring);
            }
        }
        return ring;
    }

    private int[] dropped(int[] start) {
        int[] ring = start;
        for (int at = ring.length - 1; at >= 0 && ring.length > rules.least(); at--) {
            if (at < ring.length && !rules.required().get(ring[at])) {
                ring = cheaper(without(ring, at), ring);
            }
        }
        return ring;
    }

    private int[] replaced(int[] start, int[] outsiders) {
        int[] ring = start;
        for (int at = 0; at < ring.length; at++) {
            for (int outsider : outsiders) {
                if (!rules.required().get(ring[at]) && !contains(ring, outsider)) {
                    int[] other = ring.clone();
                    other[at] = outsider;
                    ring = cheaper(other, ring);
                }
            }
        }
        return ring;
    }

    private int[] added(int[] start, int[] outsiders) {
        int[] ring = start;
        for (int outsider : outsiders) {
            for (int at = 0; at <= ring.length && ring.length < rules.most() && !contains(ring, outsider); at++) {
                ring = cheaper(inserted(ring, at, outsider), ring);
            }
        }
        return ring;
    }

    /** Whichever of the two costs less, where {@code ring} is the best so far. */
    private int[] cheaper(int[] other, int[] ring) {
        double cost = costs.of(other);
        if (cost >= lowest * SAME) {
            return ring;
        }
        lowest = cost;
        return other;
    }

    private static boolean contains(int[] ring, int peer) {
        for (int member : ring) {
            if (member == peer) {
                return true;
            }
        }
        return false;
    }

    private static int[] inserted(int[] ring, int at, int peer) {
        int[] larger = new int[ring.length + 1];
        System.arraycopy(ring, 0, larger, 0, at);
        larger[at] = peer;
        System.arraycopy(ring, at, larger, at + 1, ring.length - at);
        return larger;
    }

    private static int[] without(int[] ring, int at) {
        int[] smaller = new int[ring.length - 1];
        System.arraycopy(ring, 0, smaller, 0, at);
        System.arraycopy(ring, at + 1, smaller, at, smaller.length - at);
        return smaller;
    }
}
