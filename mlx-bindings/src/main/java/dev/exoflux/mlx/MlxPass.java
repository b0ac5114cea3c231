package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A pass on MLX's side: the graph that its steps become. Used on MLX's thread alone. */
final class MlxPass {

    private final MlxRuntime mlx;
    private final Holdings held;
    private final ArrayType type;
    private final Graph graph;

    /** Arrays that every layer needs again: they outlive what is kept between layers. */
    private final Graph lasting;

    private final KvWrites writes;
    private final List<Values> tensors = new ArrayList<>();
    private final List<Runs> batches = new ArrayList<>();
    private final Map<Object, Long> known = new HashMap<>();
    private final TokenStep tokenStep = new TokenStep();
    private @Nullable Output output;
    private long[] begun = {};
    private boolean built;
    private boolean failed;

    /** Ids that the pass before has chosen, in place of those that the steps say; or 0. */
    private long chosen;

    /**
     * What is to be read, on its way.
     *
     * @param graph owns the arrays
     * @param likeliest of each row, or 0
     */
    private record Output(Graph graph, int tensor, long numbers, long likeliest) {}

    MlxPass(MlxRuntime mlx, Holdings held, ArrayType type) {
        this.mlx = mlx;
        this.held = held;
        this.type = type;
        this.graph = new Graph(mlx);
        this.lasting = new Graph(mlx);
        this.writes = new KvWrites(mlx);
    }

    /** Adds to the graph; if MLX refuses, nothing has been written to any cache. */
    void build(Program steps) {
        if (built) {
            tokenStep.isOther();
        }
        built = true;
        try {
            while (steps.hasNext()) {
                step(steps.nextVerb(), steps);
            }
        } catch (RuntimeException e) {
            undo();
            throw e;
        }
    }

    /** As {@link #build(Program)}, for ids that are still being computed. */
    void build(Program steps, long ids) {
        chosen = ids;
        build(steps);
        chosen = 0;
    }

    /** Gives up what was built and not computed. */
    void undo() {
        failed = true;
        writes.undo();
    }

    /** What it is as a step of its sequences. */
    TokenStep tokenStep() {
        return tokenStep;
    }

    /** The array of the likeliest tokens, if {@link #begin} has made it. */
    long likeliest() {
        Output its = output;
        return its == null ? 0 : its.likeliest;
    }

    /**
     * Has a tensor computed, and what was written to caches; waits for nothing.
     *
     * @param foretelling whether the likeliest tokens are computed too, if the tensor is the logits of a step of its sequences
     */
    void begin(int tensor, boolean foretelling) {
        if (output != null) {
            return; // it was begun before anybody asked
        }
        Values x = tensors.get(tensor);
        Graph last = new Graph(mlx);
        try {
            long numbers = last.contiguous(last.as(ArrayType.F32, x.array()));
            long likeliest = foretelling && tokenStep.isOne(x.rows()) ? last.argmax(numbers) : 0;
            output = new Output(last, tensor, numbers, likeliest);
        } catch (RuntimeException e) {
            last.close();
            undo();
            throw e;
        }
        begin(output.likeliest == 0 ? new long[] {output.numbers} : new long[] {output.numbers, output.likeliest});
    }

    /** Has all that was written to caches computed, and {@code more}. Caches first let go of what they held, so that MLX may write in place. */
    private void begin(long... more) {
        begun = LongStream.concat(Arrays.stream(more), Arrays.stream(writes.arrays()))
                .toArray();
        writes.commit();
        try {
            graph.begin(begun);
        } catch (ExofluxException e) {
            throw lost(e);
        }
    }

    /**
     * Waits for what was begun, and gives its numbers, row by row.
     *
     * @return the likeliest token of each row, if {@link #begin} had them computed
     */
    int[] take(Sink sink) {
        Output its = Objects.requireNonNull(output, "nothing was begun");
        Values x = tensors.get(its.tensor);
        try {
            settle();
            sink.take(its.graph.floats(its.numbers, x.rows() * x.width()));
            return its.likeliest == 0 ? new int[0] : its.graph.indices(its.likeliest, x.rows());
        } finally {
            its.graph.close();
            output = null;
        }
    }

    /** Waits for what was begun. */
    void settle() {
        try {
            graph.evaluate(begun);
        } catch (ExofluxException e) {
            throw lost(e);
        }
        writes.done();
    }

    private ExofluxException lost(ExofluxException cause) {
        failed = true;
        writes.lost(cause);
        return cause;
    }

    /** Computes what caches have been promised. */
    void finish() {
        if (!failed && writes.any()) {
            begin();
            settle();
        }
    }

    void close() {
        Output its = output;
        if (its != null) {
            its.graph.close();
        }
        graph.close();
        lasting.close();
    }
    // ---- steps

    private void step(Verb verb, Program steps) {
        switch (verb) {
            case BATCH -> batches.add(runs(steps));
            case KEEP -> graph.freeAllBut(next(steps).array());
            case EMBED -> tensors.add(embed(steps));
            case UPLOAD -> tensors.add(upload(steps));
            case ROWS -> tensors.add(rows(steps));
            case GATHER -> tensors.add(gather(steps));
            case LINEAR -> tensors.add(linear(steps));
            case ADD -> tensors.add(add(steps));
            case SWIGLU -> tensors.add(swiglu(steps));
            case NORM -> tensors.add(norm(steps));
            case ROPE -> tensors.add(rope(steps));
            case ATTENTION -> tensors.add(attention(steps));
            default -> throw new IllegalStateException(verb + " is no step of a pass");
        }
    }

    private Runs runs(Program steps) {
        int place = steps.inputPlace();
        Runs runs = new Runs(steps);
        tokenStep.goesOn(place, runs.runs());
        return runs;
    }

    private Values next(Program steps) {
        int number = steps.next();
        Values x = tensors.get(number).byRow(graph);
        tensors.set(number, x);
        return x;
    }

    /** By head or not. */
    private Values nextAsItIs(Program steps) {
        return tensors.get(steps.next());
    }

    private Values embed(Program steps) {
        Weight table = held.matrix(steps.next());
        int count = steps.next();
        tokenStep.embeds(steps.inputPlace(), count);
        int[] ids = steps.nextInputs(count);
        return new Values(table.rows(graph, chosen == 0 ? graph.array(ids, count) : chosen), count, table.columns());
    }

    private Values upload(Program steps) {
        tokenStep.isOther();
        int rows = steps.next();
        int width = steps.next();
        return new Values(
                graph.as(type, graph.array(steps.nextUploads(rows * width), ArrayType.F32, rows, width)), rows, width);
    }

    private Values rows(Program steps) {
        Values x = next(steps);
        int from = steps.next();
        int count = steps.next();
        tokenStep.chooses(new int[] {from});
        return new Values(
                graph.slice(x.array(), new int[] {from, 0}, new int[] {from + count, x.width()}), count, x.width());
    }

    private Values gather(Program steps) {
        Values x = next(steps);
        int[] rows = steps.nextInputs(steps.next());
        tokenStep.chooses(rows);
        return new Values(graph.take(x.array(), graph.array(rows, rows.length)), rows.length, x.width());
    }

    private Values linear(Program steps) {
        Values x = next(steps);
        Weight matrix = held.matrix(steps.next());
        return new Values(matrix.multiply(graph, x.array()), x.rows(), matrix.rows());
    }

    private Values add(Program steps) {
        Values a = next(steps);
        return new Values(graph.add(a.array(), next(steps).array()), a.rows(), a.width());
    }

    private Values swiglu(Program steps) {
        Values gate = next(steps);
        long silu = graph.multiply(gate.array(), graph.sigmoid(gate.array()));
        return new Values(graph.multiply(silu, next(steps).array()), gate.rows(), gate.width());
    }

    private Values norm(Program steps) {
        Values x = next(steps);
        long weight = held.constant(steps.next());
        int length = steps.next();
        float epsilon = steps.nextFloat();
        if (length == x.width()) {
            return new Values(graph.rmsNorm(x.array(), weight, epsilon), x.rows(), x.width());
        }
        return new Values(graph.rmsNorm(x.byHead(graph, length), weight, epsilon), x.rows(), x.width(), length);
    }

    private Values rope(Program steps) {
        Values x = nextAsItIs(steps);
        Runs batch = batches.get(steps.next());
        int headDim = steps.next();
        int rotated = steps.next();
        long periods = held.constant(steps.next());
        int factors = steps.next();
        long positions = known.computeIfAbsent(batch, of -> lasting.array(batch.positions(), batch.positions().length));
        long turned = graph.rope(x.byHead(graph, headDim), rotated, positions, periods);
        if (factors != Program.NONE) {
            turned = graph.multiply(turned, held.constant(factors));
        }
        return new Values(turned, x.rows(), x.width(), headDim);
    }

    private Values attention(Program steps) {
        Values q = nextAsItIs(steps);
        Values k = nextAsItIs(steps);
        Values v = nextAsItIs(steps);
        List<Runs.Run> runs = batches.get(steps.next()).runs();
        Attention shape = Attention.read(steps);
        List<SlabArrays> slabs = new ArrayList<>(runs.size());
        for (Runs.Run run : runs) {
            SlabArrays slab = held.slab(steps.next());
            tokenStep.leaves(slab.positions() - run.end());
            slabs.add(slab);
        }
        return shape.of(q, k, v, runs, slabs, new Attention.Means(graph, lasting, writes, known));
    }
}
