package dev.exoflux.model.weights;

/** Bytes {@code [from, to)} of a file; never empty. */
public record ByteRange(long from, long to) {

    public ByteRange {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("bytes [" + from + ", " + to + ")");
        }
    }

    public long bytes() {
        return to - from;
    }
}
