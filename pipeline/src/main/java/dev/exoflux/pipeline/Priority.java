package dev.exoflux.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How much of what is scarce (places, prompt tokens of a pass) a request gets beside others: in the ratio of the weights, where all
 * of them want some. None is ever left out.
 */
public enum Priority {
    /** Four times as much as a low one. */
    HIGH(4),
    /** Twice as much as a low one. */
    NORMAL(2),
    /** What waits for its turn. */
    LOW(1);

    private final int weight;

    Priority(int weight) {
        this.weight = weight;
    }

    int weight() {
        return weight;
    }

    /** As requests spell it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is spelt so, in any case; empty if there is none. */
    public static Optional<Priority> of(String spelling) {
        return Arrays.stream(values())
                .filter(priority -> priority.name().equalsIgnoreCase(spelling))
                .findFirst();
    }
}
