package dev.exoflux.model;

import java.util.HashMap;
import java.util.Map;

/**
 * The tokens that may still be drawn, each with the weight {@code exp((logit - highest) / temperature)}.
 *
 * <p>Weights are integers in units of 2^-44. Their sums are therefore exact and in any order the same, so that a draw is the
 * same on every machine, and the likeliest tokens can be found by partial selection (quickselect, Hoare 1961, over sums) instead
 * of sorting a vocabulary. 44 bits leave room for just under 2^19 tokens of the highest weight in a signed long.
 *
 * <p>Tokens are in one total order: likelier first, ties to the lower id. Scratch of one {@link Sampler}; not thread-safe.
 */
final class Candidates {

    /** The weight of the likeliest token. */
    static final long ONE = 1L << 44;

    private long[] weights = new long[0];
    private int[] ids = new int[0];
    private int size;
    private long total;

    /** Starts over with all tokens. */
    void take(float[] scores, float highest, double temperature) {
        clear(scores.length);
        double scale = 1 / temperature;
        int taken = 0;
        long sum = 0;
        for (int id = 0; id < scores.length; id++) {
            long weight = FixedExp.weight((scores[id] - (double) highest) * scale);
            weights[taken] = weight;
            ids[taken] = id;
            taken += weight > 0 ? 1 : 0; // what weighs nothing can never be drawn
            sum += weight;
        }
        size = taken;
        total = sum;
    }

    /** Starts over with the given tokens. */
    void take(int[] tokens, float[] scores, float highest, double temperature) {
        clear(tokens.length);
        double scale = 1 / temperature;
        for (int id : tokens) {
            long weight = FixedExp.weight((scores[id] - (double) highest) * scale);
            weights[size] = weight;
            ids[size] = id;
            size += weight > 0 ? 1 : 0;
            total += weight;
        }
    }

    private void clear(int capacity) {
        if (weights.length < capacity) {
            weights = new long[capacity];
            ids = new int[capacity];
        }
        size = 0;
        total = 0;
    }

    /** Keeps the likeliest tokens whose weights add up to at least {@code share} of the total. */
    void keepShare(double share) {
        // what weighs less than this would not fill the rest even if every token did: it can be dropped unsorted
        keepAtLeast((long) ((1 - share) * total / size), false);
        size = reach(Math.max(1, (long) Math.ceil(share * total)), size) + 1;
        sum();
    }

    /** Keeps tokens that weigh at least {@code threshold}. */
    void keepAtLeast(long threshold) {
        keepAtLeast(threshold, true);
    }

    private void keepAtLeast(long threshold, boolean adjustTotal) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            weights[kept] = weights[i];
            ids[kept] = ids[i];
            kept += weights[i] >= threshold ? 1 : 0;
        }
        size = kept;
        if (adjustTotal) {
            sum();
        }
    }

    private void sum() {
        total = 0;
        for (int i = 0; i < size; i++) {
            total += weights[i];
        }
    }

    /** Each token with its share of the total. */
    Map<Integer, Double> probabilities() {
        Map<Integer, Double> probabilities = new HashMap<>();
        for (int i = 0; i < size; i++) {
            probabilities.put(ids[i], (double) weights[i] / total);
        }
        return probabilities;
    }

    /** The token at which the running sum first exceeds {@code bits / 2^64} of the total. */
    int draw(long bits) {
        return ids[reach(Math.unsignedMultiplyHigh(bits, total) + 1, size)];
    }

    /**
     * Reorders so that the first tokens are the likeliest and the running sum first reaches {@code target} at the returned
     * index, or at the last one; the order before it is left open.
     */
    private int reach(long target, int end) {
        int from = 0;
        int to = end;
        long before = 0;
        while (to - from > 1) {
            int split = partition(from, to);
            long left = before;
            for (int i = from; i <= split; i++) {
                left += weights[i];
            }
            if (left < target) {
                from = split + 1;
                before = left;
            } else if (left - weights[split] < target) {
                return split;
            } else {
                to = split;
            }
        }
        return Math.min(from, end - 1);
    }

    /** Lomuto's partition around the median of three: the pivot's index, likelier tokens left of it. */
    private int partition(int from, int to) {
        int last = to - 1;
        swap(medianOfThree(from, (from + last) >>> 1, last), last);
        int store = from;
        for (int i = from; i < last; i++) {
            if (precedes(i, last)) {
                swap(i, store++);
            }
        }
        swap(store, last);
        return store;
    }

    private int medianOfThree(int a, int b, int c) {
        if (precedes(a, b)) {
            return precedes(b, c) ? b : precedes(a, c) ? c : a;
        }
        return precedes(a, c) ? a : precedes(b, c) ? c : b;
    }

    private boolean precedes(int i, int j) {
        return weights[i] > weights[j] || (weights[i] == weights[j] && ids[i] < ids[j]);
    }

    private void swap(int i, int j) {
        long weight = weights[i];
        weights[i] = weights[j];
        weights[j] = weight;
        int id = ids[i];
        ids[i] = ids[j];
        ids[j] = id;
    }
}
