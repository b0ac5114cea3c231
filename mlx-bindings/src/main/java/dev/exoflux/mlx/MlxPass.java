package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Rope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * MLX's side of a pass: the steps written down, and the graph they become. {@link #later}, {@link #compute} and {@link #close}
 * are for the stage's thread, all else is called by steps on MLX's.
 */
final class MlxPass {

    private final MlxRuntime mlx;
    private final Constants constants;
    private final ArrayType type;
    private final Graph graph;

    /** Arrays that every layer needs again: they outlive what is kept between layers. */
    private final Graph lasting;

    private final KvWrites writes;
    private final Map<Object, Long> known = new HashMap<>();
    private List<Consumer<Graph>> steps = new ArrayList<>();
    private boolean failed;

    MlxPass(MlxRuntime mlx, Constants constants, ArrayType type) {
        this.mlx = mlx;
        this.constants = constants;
        this.type = type;
        this.graph = new Graph(mlx);
        this.lasting = new Graph(mlx);
        this.writes = new KvWrites(mlx);
    }

    ArrayType type() {
        return type;
    }

    void later(Consumer<Graph> step) {
        steps.add(step);
    }

    /** All that was written down so far, and then {@code x}'s numbers, row by row. */
    float[] compute(MlxTensor x) {
        List<Consumer<Graph>> now = steps;
        steps = new ArrayList<>();
        return mlx.thread().call(() -> {
            build(now);
            try (Graph last = new Graph(mlx)) {
                long numbers = last.contiguous(last.as(ArrayType.F32, x.array()));
                evaluate(numbers);
                return last.floats(numbers, x.rows() * x.width());
            }
        });
    }

    /** Computes what caches have been promised, and frees the rest: at leisure, where all has been read. */
    void close() {
        List<Consumer<Graph>> rest = steps;
        steps = List.of();
        if (failed || rest.isEmpty()) {
            mlx.thread().run(this::free);
            return;
        }
        mlx.thread().call(() -> {
            try {
                build(rest);
                evaluate();
            } finally {
                free();
            }
            return failed;
        });
    }

    private void free() {
        graph.close();
        lasting.close();
    }

    private void build(List<Consumer<Graph>> now) {
        try {
            now.forEach(step -> step.accept(graph));
        } catch (RuntimeException e) {
            failed = true;
            writes.undo();
            throw e;
        }
    }

    /** Caches first let go of what they held, so that MLX may write in place. */
    private void evaluate(long... more) {
        long[] wanted = LongStream.concat(Arrays.stream(more), Arrays.stream(writes.arrays()))
                .toArray();
        if (wanted.length == 0) {
            return;
        }
        writes.commit();
        try {
            graph.evaluate(wanted);
        } catch (ExofluxException e) {
            failed = true;
            writes.lost(e);
            throw e;
        }
        writes.done();
    }

    // ---- steps

    /** A norm's weights. */
    long vector(float[] values) {
        return constants.of(values, graph, its -> graph.as(type, graph.array(its, its.length)));
    }

    long rope(MlxTensor x, Rope rope, Batch batch) {
        int headDim = rope.headDim();
        int heads = x.width() / headDim;
        int half = rope.frequencies().length;
        long positions = known.computeIfAbsent(batch, of -> lasting.array(batch.positions(), batch.positions().length));
        long periods = constants.of(rope.frequencies(), graph, its -> graph.array(RopePeriods.of(its), its.length));
        long byHead = graph.reshape(x.array(), x.rows(), heads, 1, headDim);
        long rotated = graph.rope(byHead, 2 * half, positions, periods);
        if (rope.magnitude() != 1) {
            rotated = graph.multiply(rotated, known.computeIfAbsent(rope, of -> magnitudes(rope)));
        }
        return graph.reshape(rotated, x.rows(), x.width());
    }

    /** The factor of each element of a head: those that are not rotated keep their size. */
    private long magnitudes(Rope rope) {
        float[] factors = new float[rope.headDim()];
        Arrays.fill(factors, 1);
        Arrays.fill(factors, 0, 2 * rope.frequencies().length, rope.magnitude());
        return lasting.as(type, lasting.array(factors, factors.length));
    }

    /** Run by run: each has its own cache, and as many positions in it as it has. */
    long attention(MlxTensor q, MlxTensor k, MlxTensor v, AttentionShape shape, Batch batch, List<KvSlab> slabs) {
        long[] results = new long[slabs.size()];
        for (int i = 0; i < results.length; i++) {
            Batch.Run run = batch.runs().get(i);
            long keys = seen(slabs.get(i), KvSlab.keys(shape.layer()), k, run, shape);
            long values = seen(slabs.get(i), KvSlab.values(shape.layer()), v, run, shape);
            long queries = heads(q, run, shape.heads(), shape.headDim());
            long mask = run.sight(shape.window()).all() ? 0 : mask(run, shape.window());
            long mixed = graph.attention(queries, keys, values, shape.scale(), run.count() > 1, mask);
            results[i] = graph.reshape(graph.transpose(mixed, 0, 2, 1, 3), run.count(), q.width());
        }
        return results.length == 1 ? results[0] : graph.concatenate(0, results);
    }

    /** Writes a run's keys or values, and gives all that its rows see. */
    private long seen(KvSlab slab, int index, MlxTensor x, Batch.Run run, AttentionShape shape) {
        long numbers = heads(x, run, shape.kvHeads(), shape.headDim());
        long all = writes.write(
                graph, slab, index, numbers, run.position(), run.count(), shape.kvHeads(), shape.headDim());
        int first = run.sight(shape.window()).first();
        return graph.slice(all, new int[] {0, 0, first, 0}, new int[] {1, shape.kvHeads(), run.end(), shape.headDim()});
    }

    /** A run's rows as {@code [1, heads, count, headDim]}. */
    private long heads(MlxTensor x, Batch.Run run, int heads, int headDim) {
        long rows = run.count() == x.rows()
                ? x.array()
                : graph.slice(x.array(), new int[] {run.row(), 0}, new int[] {run.row() + run.count(), x.width()});
        return graph.transpose(graph.reshape(rows, 1, run.count(), heads, headDim), 0, 2, 1, 3);
    }

    private record Window(int position, int count, int window) {}

    /** Which of the keys a run's rows see between them each row sees: a sliding window's band. */
    private long mask(Batch.Run run, int window) {
        return known.computeIfAbsent(new Window(run.position(), run.count(), window), of -> {
            int first = run.sight(window).first();
            int keys = run.end() - first;
            byte[] seen = new byte[run.count() * keys];
            for (int row = 0; row < run.count(); row++) {
                int position = run.position() + row;
                Arrays.fill(
                        seen,
                        row * keys + Math.max(0, position - window + 1) - first,
                        row * keys + position + 1 - first,
                        (byte) 1);
            }
            return lasting.array(seen, run.count(), keys);
        });
    }
}
