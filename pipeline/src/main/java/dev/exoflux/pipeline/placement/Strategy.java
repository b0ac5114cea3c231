package dev.exoflux.pipeline.placement;

import java.util.Locale;

/** How a model is split. */
public enum Strategy {
    /** Contiguous ranges of layers, one a peer. */
    PIPELINE,
    /** All layers on every peer of a group, of which each has some of the heads and columns. */
    TENSOR,
    /** Whichever is best among those that can be run: at present that is {@link #PIPELINE}. */
    AUTO;

    /** As options and files spell it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
