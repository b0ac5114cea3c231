package dev.exoflux.model.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Parts of a file. Immutable. */
public final class ByteRanges {

    public static final ByteRanges NONE = new ByteRanges(List.of());

    /** In order, and none touches the next. */
    private final List<ByteRange> ranges;

    private ByteRanges(List<ByteRange> ranges) {
        this.ranges = ranges;
    }

    /** All that lies in any of these. */
    public static ByteRanges of(Collection<ByteRange> parts) {
        List<ByteRange> sorted =
                parts.stream().sorted(Comparator.comparingLong(ByteRange::from)).toList();
        List<ByteRange> merged = new ArrayList<>();
        for (ByteRange next : sorted) {
            if (!merged.isEmpty() && next.from() <= merged.getLast().to()) {
                ByteRange last = merged.removeLast();
                merged.add(new ByteRange(last.from(), Math.max(last.to(), next.to())));
            } else {
                merged.add(next);
            }
        }
        return new ByteRanges(List.copyOf(merged));
    }

    /** Bytes {@code [from, to)}, which may be none. */
    public static ByteRanges of(long from, long to) {
        return from == to ? NONE : new ByteRanges(List.of(new ByteRange(from, to)));
    }

    /** In order, none touching the next. */
    public List<ByteRange> list() {
        return ranges;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** How many bytes they are together. */
    public long bytes() {
        return ranges.stream().mapToLong(ByteRange::bytes).sum();
    }

    public ByteRanges plus(ByteRanges others) {
        return of(Stream.concat(ranges.stream(), others.ranges.stream()).toList());
    }

    /** What is here and not in the others. */
    public ByteRanges minus(ByteRanges others) {
        List<ByteRange> left = new ArrayList<>();
        int next = 0;
        for (ByteRange range : ranges) {
            long from = range.from();
            while (next < others.ranges.size() && others.ranges.get(next).to() <= from) {
                next++;
            }
            for (int i = next; i < others.ranges.size() && others.ranges.get(i).from() < range.to(); i++) {
                if (from < others.ranges.get(i).from()) {
                    left.add(new ByteRange(from, others.ranges.get(i).from()));
                }
                from = others.ranges.get(i).to();
            }
            if (from < range.to()) {
                left.add(new ByteRange(from, range.to()));
            }
        }
        return new ByteRanges(List.copyOf(left));
    }

    public boolean contains(ByteRanges others) {
        return others.ranges.stream().allMatch(other -> contains(other.from(), other.to()));
    }

    /** Whether all of bytes {@code [from, to)} are here. */
    public boolean contains(long from, long to) {
        int low = 0;
        int high = ranges.size();
        while (low < high) { // the first that ends behind from
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).to() > from) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return from == to
                || (low < ranges.size()
                        && ranges.get(low).from() <= from
                        && to <= ranges.get(low).to());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteRanges its && ranges.equals(its.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
