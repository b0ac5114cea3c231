package dev.exoflux.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokens that may still be drawn, each with the weight {@code exp((logit - highest) / temperature)}.
 *
 * <p>Weights are integers in units of 2^-44. Their sums are therefore exact and in any order the same, so that a draw is the
 * same on every machine, and the likeliest tokens can be found by partial selection instead of sorting a vocabulary. 44 bits
 * leave room for just under 2^19 tokens of the highest weight in a signed long.
 *
 * <p>Tokens are in one total order: likelier first, ties to the lower id. Every truncation keeps a beginning of it, so it is
 * remembered as the last token kept. Weights are summed up in buckets of like weight when they are computed: whatever is looked
 * for by a sum lies in one of them, and only that one is selected from. Scratch of one {@link Sampler}; not thread-safe.
 */
final class Candidates {

    /** The weight of the likeliest token. */
    static final long ONE = 1L << 44;

    /** Most ids a vocabulary may have here. */
    static final int MAX_VOCABULARY = 1 << 19;

    private static final int ID_BITS = 19;
    private static final int SHIFT = 47;
    /** Buckets are 1/32 of a power of two wide; weights below 32, where that would be less than 1, share the first. */
    private static final int FIRST = (int) (Double.doubleToRawLongBits(32) >>> SHIFT) - 1;

    private static final int BUCKETS = bucket(ONE) + 1;

    private final FixedExp.Block block = new FixedExp.Block();
    private final long[] sums = new long[BUCKETS];
    /** In ascending order the likeliest first: what a weight lacks to {@link #ONE}, then the id. */
    private long[] keys = new long[0];

    private long[] border = new long[0];
    private int size;
    private long last;
    private long total;

    /** Starts over with all tokens. */
    void take(float[] scores, float highest, double temperature) {
        clear(scores.length);
        double scale = 1 / temperature;
        for (int from = 0; from < scores.length; from += FixedExp.BLOCK) {
            take(block.weights(scores, from, highest, scale), from, Math.min(FixedExp.BLOCK, scores.length - from));
        }
        sum();
    }

    private void take(long[] weights, int from, int count) {
        long[] itsKeys = keys;
        long[] itsSums = sums;
        int taken = size;
        for (int i = 0; i < count; i++) {
            long weight = weights[i];
            itsKeys[taken] = key(weight, from + i);
            taken += weight > 0 ? 1 : 0; // what weighs nothing can never be drawn
            itsSums[bucket(weight)] += weight;
        }
        size = taken;
    }

    /** Starts over with the given tokens. */
    void take(Likeliest tokens, float[] scores, float highest, double temperature) {
        clear(tokens.size());
        double scale = 1 / temperature;
        for (int i = 0; i < tokens.size(); i++) {
            int id = tokens.id(i);
            long weight = FixedExp.weight((scores[id] - (double) highest) * scale);
            keys[size] = key(weight, id);
            size += weight > 0 ? 1 : 0;
            sums[bucket(weight)] += weight;
        }
        sum();
    }

    private void clear(int capacity) {
        if (keys.length < capacity) {
            keys = new long[capacity];
            border = new long[capacity];
        }
        Arrays.fill(sums, 0);
        size = 0;
        last = Long.MAX_VALUE;
    }

    private void sum() {
        total = 0;
        for (long sum : sums) {
            total += sum;
        }
    }

    /** Keeps the likeliest tokens whose weights add up to at least {@code share} of the total. */
    void keepShare(double share) {
        reach(Math.min(total, Math.max(1, (long) Math.ceil(share * total))));
    }

    /** Keeps tokens that weigh at least {@code threshold}. */
    void keepAtLeast(long threshold) {
        long lastOfThem = lastKey(threshold);
        if (last <= lastOfThem) {
            return;
        }
        last = lastOfThem;
        int bucket = bucket(threshold);
        long kept = 0;
        for (int i = gather(bucket) - 1; i >= 0; i--) {
            kept += weight(border[i]);
        }
        keepBuckets(bucket, kept);
    }

    /** Forgets the buckets before {@code bucket}, and of that one all but {@code kept}. */
    private void keepBuckets(int bucket, long kept) {
        Arrays.fill(sums, 0, bucket, 0);
        sums[bucket] = kept;
        sum();
    }

    /** Each token with its share of the total. */
    Map<Integer, Double> probabilities() {
        Map<Integer, Double> probabilities = new HashMap<>();
        for (int i = 0; i < size; i++) {
            if (keys[i] <= last) {
                probabilities.put(id(keys[i]), (double) weight(keys[i]) / total);
            }
        }
        return probabilities;
    }

    /** The token at which the running sum first exceeds {@code bits / 2^64} of the total. What comes after it is forgotten. */
    int draw(long bits) {
        reach(Math.unsignedMultiplyHigh(bits, total) + 1);
        return id(last);
    }

    /** Keeps the tokens up to the one at which the running sum first reaches {@code target}, which is at most the total. */
    private void reach(long target) {
        int bucket = BUCKETS - 1;
        long before = 0;
        while (before + sums[bucket] < target) {
            before += sums[bucket--];
        }
        keepBuckets(bucket, select(gather(bucket), target - before));
    }

    /** Collects what is left of a bucket in {@link #border}. */
    private int gather(int bucket) {
        long first = lastKey(leastWeight(bucket + 1)) + 1;
        long width = Math.min(lastKey(leastWeight(bucket)), last) - first;
        int found = 0;
        for (int i = 0; i < size; i++) {
            border[found] = keys[i];
            found += Long.compareUnsigned(keys[i] - first, width) <= 0 ? 1 : 0;
        }
        return found;
    }

    /** Makes the token last in whose place the running sum over the border first reaches {@code target}: the sum there. */
    private long select(int end, long target) {
        int from = 0;
        int to = end;
        long before = 0;
        while (to - from > 1) {
            int split = Selection.partition(border, from, to);
            long left = before;
            for (int i = from; i < split; i++) {
                left += weight(border[i]);
            }
            if (left >= target) {
                to = split;
            } else if (left + weight(border[split]) >= target) {
                from = split;
                to = split + 1;
                before = left;
            } else {
                from = split + 1;
                before = left + weight(border[split]);
            }
        }
        last = border[from];
        return before + weight(last);
    }

    private static long key(long weight, int id) {
        return ((ONE - weight) << ID_BITS) | id;
    }

    /** The greatest key of those that weigh at least so much. */
    private static long lastKey(long weight) {
        return ((ONE - weight + 1) << ID_BITS) - 1;
    }

    private static long weight(long key) {
        return ONE - (key >>> ID_BITS);
    }

    private static int id(long key) {
        return (int) key & (MAX_VOCABULARY - 1);
    }

    private static int bucket(long weight) {
        return Math.max(0, (int) (Double.doubleToRawLongBits((double) weight) >>> SHIFT) - FIRST);
    }

    /** The lowest weight of a bucket. */
    private static long leastWeight(int bucket) {
        return bucket == 0 ? 1 : (long) Double.longBitsToDouble((long) (bucket + FIRST) << SHIFT);
    }
}
