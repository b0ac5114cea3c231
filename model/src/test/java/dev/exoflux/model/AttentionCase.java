package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * One sequence of random queries, keys and values for one layer of attention.
 *
 * @param window as in {@link AttentionShape}
 * @param positions tokens of the sequence
 * @param seed of the numbers
 */
public record AttentionCase(int heads, int kvHeads, int headDim, int window, int positions, long seed) {

    /** Several ratios of heads, head sizes that fill no vector, windows; more positions than any block holds. */
    public static List<AttentionCase> all() {
        return List.of(
                new AttentionCase(1, 1, 1, AttentionShape.FULL, 3, 1),
                new AttentionCase(4, 4, 7, AttentionShape.FULL, 33, 2),
                new AttentionCase(6, 2, 20, AttentionShape.FULL, 207, 3),
                new AttentionCase(8, 1, 64, AttentionShape.FULL, 130, 4),
                new AttentionCase(4, 2, 128, AttentionShape.FULL, 65, 5),
                new AttentionCase(2, 2, 80, 1, 20, 6),
                new AttentionCase(4, 2, 16, 12, 150, 7),
                new AttentionCase(3, 1, 33, 64, 200, 8),
                new AttentionCase(2, 1, 48, 100, 199, 9));
    }

    public KvShape kvShape() {
        return new KvShape(3, kvHeads, headDim);
    }

    private AttentionShape shape() {
        return new AttentionShape(1, heads, kvHeads, headDim, (float) (1 / Math.sqrt(headDim)), window);
    }

    /** The whole sequence in a cache of its own, at most {@code chunk} positions a pass. */
    public float[][] run(Backend backend, int chunk) {
        try (KvCache cache = backend.newCache(kvShape(), positions)) {
            List<float[]> rows = new ArrayList<>();
            for (int from = 0; from < positions; from += chunk) {
                rows.addAll(List.of(append(backend, cache, from, Math.min(chunk, positions - from))));
            }
            return rows.toArray(float[][]::new);
        }
    }

    /** A pass that succeeds: the cache is extended. */
    public float[][] append(Backend backend, KvCache cache, int from, int count) {
        float[][] rows = pass(backend, cache, from, count);
        cache.extend(from + count);
        return rows;
    }

    /** A pass that leaves the cache's length alone. */
    public float[][] pass(Backend backend, KvCache cache, int from, int count) {
        return pass(backend, List.of(this), List.of(cache), List.of(from), count)
                .getFirst();
    }

    /** All sequences of one shape, {@code chunk} positions of each in a pass, as long as they last. */
    public static List<float[][]> runTogether(Backend backend, List<AttentionCase> cases, int chunk) {
        List<KvCache> caches = new ArrayList<>();
        List<List<float[]>> results = new ArrayList<>();
        for (AttentionCase one : cases) {
            caches.add(backend.newCache(one.kvShape(), one.positions()));
            results.add(new ArrayList<>());
        }
        for (int step = 1; ; step++) {
            // the first one has few positions in every pass, the others more: runs of several lengths side by side
            List<Integer> active = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                if (caches.get(i).length() < cases.get(i).positions()) {
                    active.add(i);
                }
            }
            if (active.isEmpty()) {
                break;
            }
            int count = Math.max(1, chunk / step);
            for (int i : active) {
                count = Math.min(count, cases.get(i).positions() - caches.get(i).length());
            }
            List<float[][]> rows = pass(
                    backend,
                    active.stream().map(cases::get).toList(),
                    active.stream().map(caches::get).toList(),
                    active.stream().map(i -> caches.get(i).length()).toList(),
                    count);
            for (int i = 0; i < active.size(); i++) {
                KvCache cache = caches.get(active.get(i));
                cache.extend(cache.length() + count);
                results.get(active.get(i)).addAll(List.of(rows.get(i)));
            }
        }
        caches.forEach(KvCache::close);
        return results.stream().map(rows -> rows.toArray(float[][]::new)).toList();
    }

    private static List<float[][]> pass(
            Backend backend, List<AttentionCase> cases, List<KvCache> caches, List<Integer> from, int count) {
        List<Positions.Run> runs = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            runs.add(new Positions.Run(caches.get(i), from.get(i), count));
        }
        AttentionCase first = cases.getFirst();
        try (Ops ops = backend.open()) {
            Tensor q = ops.upload(join(cases, from, count, 0), first.heads * first.headDim);
            Tensor k = ops.upload(join(cases, from, count, 1), first.kvHeads * first.headDim);
            Tensor v = ops.upload(join(cases, from, count, 2), first.kvHeads * first.headDim);
            Tensor y = ops.attention(q, k, v, first.shape(), new Positions(runs));
            List<float[][]> results = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                float[][] rows = new float[count][y.width()];
                for (int row = 0; row < count; row++) {
                    ops.read(y, i * count + row, rows[row]);
                }
                results.add(rows);
            }
            return results;
        }
    }

    private static float[] join(List<AttentionCase> cases, List<Integer> from, int count, int which) {
        int width = cases.getFirst().width(which);
        float[] all = new float[cases.size() * count * width];
        for (int i = 0; i < cases.size(); i++) {
            float[] own = cases.get(i).numbers(which);
            System.arraycopy(own, from.get(i) * width, all, i * count * width, count * width);
        }
        return all;
    }

    private int width(int which) {
        return (which == 0 ? heads : kvHeads) * headDim;
    }

    /** Queries, keys or values of all positions. */
    private float[] numbers(int which) {
        SplittableRandom random = new SplittableRandom(seed * 3 + which);
        float[] numbers = new float[positions * width(which)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat(-2, 2);
        }
        return numbers;
    }

    /**
     * Compares with attention in double precision.
     *
     * @param asked what is left of a query of one head
     * @param cached what is kept of a key or a value of one head
     */
    public void assertExact(float[][] actual, UnaryOperator<float[]> asked, UnaryOperator<float[]> cached) {
        float[] q = headByHead(numbers(0), asked);
        float[] k = headByHead(numbers(1), cached);
        float[] v = headByHead(numbers(2), cached);
        for (int row = 0; row < positions; row++) {
            for (int head = 0; head < heads; head++) {
                int kvAt = head / (heads / kvHeads) * headDim;
                double[] weights = weights(q, row * width(0) + head * headDim, k, kvAt, row);
                for (int i = 0; i < headDim; i++) {
                    double exact = 0;
                    for (int p = 0; p <= row; p++) {
                        exact += weights[p] * v[p * width(2) + kvAt + i];
                    }
                    assertThat((double) actual[row][head * headDim + i])
                            .as("%s: position %d, head %d, element %d", this, row, head, i)
                            .isCloseTo(exact, within(4e-6));
                }
            }
        }
    }

    private float[] headByHead(float[] numbers, UnaryOperator<float[]> change) {
        float[] changed = new float[numbers.length];
        for (int at = 0; at < numbers.length; at += headDim) {
            System.arraycopy(change.apply(Arrays.copyOfRange(numbers, at, at + headDim)), 0, changed, at, headDim);
        }
        return changed;
    }

    private double[] weights(float[] q, int qAt, float[] k, int kvAt, int row) {
        double[] weights = new double[row + 1];
        double total = 0;
        for (int p = Math.max(0, row - window + 1); p <= row; p++) {
            double dot = 0;
            for (int i = 0; i < headDim; i++) {
                dot += (double) q[qAt + i] * k[p * width(1) + kvAt + i];
            }
            weights[p] = Math.exp(dot * shape().scale());
            total += weights[p];
        }
        for (int p = 0; p <= row; p++) {
            weights[p] /= total;
        }
        return weights;
    }
}
