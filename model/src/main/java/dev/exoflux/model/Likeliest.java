package dev.exoflux.model;

import java.util.Arrays;

/**
 * The k highest of many logits: higher first, ties to the lower id. By partial selection among those that the
 * {@link Peaks} do not rule out: where there are k blocks with a logit of b or more, no logit below b is one of the k.
 *
 * <p>Scratch of one {@link Sampler}; not thread-safe.
 */
final class Likeliest {

    /** In ascending order the highest first: the complement of an integer that orders as the float does, then the id. */
    private long[] keys = new long[0];

    private int size;

    /**
     * Finds the {@code k} highest, or all, if there are fewer, in no order.
     *
     * @param peaks of {@code values}, among which is no NaN
     */
    void select(float[] values, Peaks peaks, int k) {
        if (keys.length < values.length) {
            keys = new long[values.length];
        }
        float bound = k > 0 ? bound(peaks.ofBlocks(), k) : Float.POSITIVE_INFINITY;
        int found = 0;
        for (int from = 0; from < values.length; from += Peaks.BLOCK) {
            if (peaks.ofBlocks()[from / Peaks.BLOCK] >= bound) {
                found = take(values, from, Math.min(values.length, from + Peaks.BLOCK), bound, found);
            }
        }
        size = Math.min(k, found);
        if (size > 0 && size < found) {
            Selection.least(keys, found, size);
        }
    }

    /** The k-th highest of the peaks: at least so many values reach it. */
    private float bound(float[] peaks, int k) {
        if (k > peaks.length) {
            return Float.NEGATIVE_INFINITY;
        }
        int found = take(peaks, 0, peaks.length, Float.NEGATIVE_INFINITY, 0);
        Selection.least(keys, found, k);
        return peaks[(int) keys[k - 1]];
    }

    private int take(float[] values, int from, int to, float bound, int found) {
        for (int id = from; id < to; id++) {
            keys[found] = key(values[id], id);
            found += values[id] >= bound ? 1 : 0;
        }
        return found;
    }

    private static long key(float value, int id) {
        int bits = Float.floatToRawIntBits(value + 0f); // -0 becomes 0, its equal
        return ((long) ~(bits ^ ((bits >> 31) & Integer.MAX_VALUE)) << 32) | id;
    }

    /** Brings those found into order, highest first. */
    void sort() {
        Arrays.sort(keys, 0, size);
    }

    /** How many were found. */
    int size() {
        return size;
    }

    /** One of those found. */
    int id(int i) {
        return (int) keys[i];
    }
}
