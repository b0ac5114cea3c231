package dev.exoflux.shell;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle one of several figures. */
final class Median {

    private Median() {}

    /** The median of a figure over all rounds, the mean of the two in the middle for an even number of them. */
    static <T> double of(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
