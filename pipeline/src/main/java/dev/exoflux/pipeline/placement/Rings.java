package dev.exoflux.pipeline.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the ring that costs a token least: exactly among few candidates, by search and then exactly around it among many. */
final class Rings {

    private Rings() {}

    /** Null where no ring was found that has the memory and the links. */
    static int @Nullable [] cheapest(RingCosts costs, RingRules rules) {
        int[] usable = IntStream.range(0, costs.size())
                .filter(i -> costs.capacity(i) >= 1)
                .toArray();
        if (lacksRequired(costs, rules)) {
            return null;
        }
        if (usable.length <= ExactRings.MOST) {
            return ExactRings.cheapest(costs, rules, usable);
        }
        int[] found = RingSearch.cheapest(costs, rules);
        if (found != null && found.length >= ExactRings.MOST) {
            return found;
        }
        int[] near = around(costs, found == null ? new int[0] : found, usable);
        int[] exact = lacks(rules, near) ? null : ExactRings.cheapest(costs, rules, near);
        if (found == null || exact == null) {
            return found == null ? exact : found;
        }
        return costs.of(exact) < costs.of(found) ? exact : found;
    }

    private static boolean lacksRequired(RingCosts costs, RingRules rules) {
        return rules.required().stream().anyMatch(i -> costs.capacity(i) < 1);
    }

    private static boolean lacks(RingRules rules, int[] members) {
        return !rules.required().stream().allMatch(i -> Arrays.stream(members).anyMatch(member -> member == i));
    }

    /** A ring's peers and those that would be cheapest beside one of them, in the order of their numbers. */
    private static int[] around(RingCosts costs, int[] ring, int[] usable) {
        IntStream others = Arrays.stream(usable)
                .filter(peer -> Arrays.stream(ring).noneMatch(member -> member == peer))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer peer) -> price(costs, ring, peer)))
                .mapToInt(Integer::intValue);
        return IntStream.concat(Arrays.stream(ring), others)
                .limit(ExactRings.MOST)
                .sorted()
                .toArray();
    }

    private static double price(RingCosts costs, int[] ring, int peer) {
        double nearest = Arrays.stream(ring)
                .mapToDouble(member -> costs.hop(member, peer))
                .min()
                .orElse(0);
        return costs.layerSeconds(peer) + nearest / costs.capacity(peer);
    }
}
