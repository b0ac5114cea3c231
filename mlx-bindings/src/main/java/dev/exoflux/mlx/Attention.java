package dev.exoflux.mlx;

import java.util.List;
import java.util.Map;

/** What {@link Verb#ATTENTION} is followed by, and the graph it becomes. Used on MLX's thread alone. */
record Attention(int layer, int heads, int kvHeads, int headDim, float scale, int window) {

    /**
     * Where a pass keeps what it makes.
     *
     * @param lasting owns what every layer needs again, and {@code known} tells what that is
     */
    record Means(Graph graph, Graph lasting, KvWrites writes, Map<Object, Long> known) {}

    static Attention read(Program steps) {
        return new Attention(steps.next(), steps.next(), steps.next(), steps.next(), steps.nextFloat(), steps.next());
    }

    /** Run by run: each has its own cache, and as many positions in it as it has. */
    Values of(Values q, Values k, Values v, List<Runs.Run> runs, List<SlabArrays> slabs, Means means) {
        Graph graph = means.graph;
        long queries = q.byHead(graph, headDim);
        long keys = k.byHead(graph, headDim);
        long values = v.byHead(graph, headDim);
        long[] results = new long[runs.size()];
        for (int i = 0; i < results.length; i++) {
            Runs.Run run = runs.get(i);
            long its = ofRun(graph, queries, run, heads, q.rows());
            long seenKeys =
                    seen(slabs.get(i), SlabArrays.keys(layer), ofRun(graph, keys, run, kvHeads, k.rows()), run, means);
            long seenValues = seen(
                    slabs.get(i), SlabArrays.values(layer), ofRun(graph, values, run, kvHeads, v.rows()), run, means);
            long mask = run.sight(window).all() ? 0 : mask(run, means);
            long mixed = graph.attention(its, seenKeys, seenValues, scale, run.count() > 1, mask);
            long byRow = run.count() == 1 ? mixed : graph.transpose(mixed, 0, 2, 1, 3);
            results[i] = graph.reshape(byRow, run.count(), q.width());
        }
        return new Values(results.length == 1 ? results[0] : graph.concatenate(0, results), q.rows(), q.width());
    }

    /** A run's rows of {@code [rows, heads, 1, headDim]}, as {@code [1, heads, count, headDim]}. */
    private long ofRun(Graph graph, long byHead, Runs.Run run, int heads, int rows) {
        long its = run.count() == rows
                ? byHead
                : graph.slice(
                        byHead, new int[] {run.row(), 0, 0, 0}, new int[] {run.row() + run.count(), heads, 1, headDim});
        return run.count() == 1 ? its : graph.transpose(its, 2, 1, 0, 3);
    }

    /** Writes a run's keys or values, and gives all that its rows see. */
    private long seen(SlabArrays slab, int index, long numbers, Runs.Run run, Means means) {
        long all = means.writes.write(means.graph, slab, index, numbers, run.position(), run.count(), kvHeads, headDim);
        int first = run.sight(window).first();
        return means.graph.slice(all, new int[] {0, 0, first, 0}, new int[] {1, kvHeads, run.end(), headDim});
    }

    private record Window(Runs.Run run, int window) {}

    private long mask(Runs.Run run, Means means) {
        return means.known.computeIfAbsent(new Window(run, window), of -> {
            byte[] seen = run.mask(window);
            return means.lasting.array(seen, run.count(), seen.length / run.count());
        });
    }
}
