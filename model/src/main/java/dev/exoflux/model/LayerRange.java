package dev.exoflux.model;

/** Decoder layers {@code [from, to)} of a model. */
public record LayerRange(int from, int to) {

    public LayerRange {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("layers [" + from + ", " + to + ")");
        }
    }

    public int size() {
        return to - from;
    }
}
