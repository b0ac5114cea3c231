package dev.exoflux.pipeline.placement;

import java.util.Locale;

/** What the ranks of a tensor group exchange their sums over. */
public enum CollectiveKind {
    /** RDMA over Thunderbolt 5, every rank with every other. */
    JACCL,
    /** TCP, every rank with its two neighbours. */
    RING,
    /** {@link #JACCL} where every pair has it, else {@link #RING}. */
    AUTO;

    /** As options and files spell it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
