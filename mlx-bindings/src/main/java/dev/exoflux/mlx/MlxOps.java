package dev.exoflux.mlx;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pass on MLX. Each verb checks its shapes and writes down what to do; {@link #read} hands all of that to the engine, where
 * it becomes one graph, is computed and comes back as numbers. What was written to caches is computed at the latest when the
 * pass closes: that may fail as a read may.
 */
final class MlxOps implements Ops {

    private final Engine engine;
    private final Constants constants;
    private final int pass;
    private final Program steps = new Program();
    private final List<MlxTensor> live = new ArrayList<>();
    private boolean open = true;
    private boolean failed;
    private int tensors;
    private int batches;
    private @Nullable Batch batch;

    MlxOps(Engine engine, Constants constants) {
        this.engine = engine;
        this.constants = constants;
        this.pass = engine.number();
        constants.enter();
    }

    /** What has been written down and not been computed. */
    Program steps() {
        return steps;
    }

    private MlxTensor next(int rows, int width) {
        MlxTensor tensor = new MlxTensor(this, tensors++, rows, width);
        live.add(tensor);
        return tensor;
    }

    @Override
    public Tensor embed(Matrix table, int[] ids) {
        requireOpen();
        MlxMatrix matrix = mine(table);
        for (int id : ids) {
            if (id < 0 || id >= matrix.rows()) {
                throw new IllegalArgumentException(
                        "token id %d is outside the vocabulary of %d".formatted(id, matrix.rows()));
            }
        }
        steps.verb(Verb.EMBED).with(matrix.number(engine)).with(ids.length).input(ids);
        return next(ids.length, matrix.columns());
    }

    @Override
    public Tensor upload(float[] values, int width) {
        requireOpen();
        require(width > 0 && values.length > 0 && values.length % width == 0, "values", values.length, width);
        int rows = values.length / width;
        steps.verb(Verb.UPLOAD).with(rows).with(width).upload(values);
        return next(rows, width);
    }

    @Override
    public Tensor rows(Tensor x, int from, int count) {
        MlxTensor in = mine(x);
        require(from >= 0 && count > 0 && from <= in.rows() - count, "rows from, count", from, count);
        steps.verb(Verb.ROWS).with(in.number()).with(from).with(count);
        return next(count, in.width());
    }

    @Override
    public Tensor gather(Tensor x, int[] rows) {
        MlxTensor in = mine(x);
        for (int row : rows) {
            require(row >= 0 && row < in.rows(), "row of, rows", row, in.rows());
        }
        steps.verb(Verb.GATHER).with(in.number()).with(rows.length).input(rows);
        return next(rows.length, in.width());
    }

    @Override
    public Tensor linear(Tensor x, Matrix w) {
        MlxTensor in = mine(x);
        MlxMatrix matrix = mine(w);
        require(in.width() == matrix.columns(), "width, columns", in.width(), matrix.columns());
        steps.verb(Verb.LINEAR).with(in.number()).with(matrix.number(engine)).works(in.rows() * matrix.bytes());
        return next(in.rows(), matrix.rows());
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        MlxTensor left = mine(a);
        MlxTensor right = likewise(b, left);
        steps.verb(Verb.ADD).with(left.number()).with(right.number());
        return next(left.rows(), left.width());
    }

    @Override
    public Tensor swiglu(Tensor gate, Tensor up) {
        MlxTensor left = mine(gate);
        MlxTensor right = likewise(up, left);
        steps.verb(Verb.SWIGLU).with(left.number()).with(right.number());
        return next(left.rows(), left.width());
    }

    @Override
    public Tensor rmsNorm(Tensor x, float[] weight, float epsilon) {
        MlxTensor in = mine(x);
        require(weight.length > 0 && in.width() % weight.length == 0, "width, norm length", in.width(), weight.length);
        steps.verb(Verb.NORM)
                .with(in.number())
                .with(constants.norm(weight))
                .with(weight.length)
                .with(epsilon);
        return next(in.rows(), in.width());
    }

    @Override
    public Tensor rope(Tensor x, Rope rope, Positions at) {
        MlxTensor in = mine(x);
        int headDim = rope.headDim();
        int half = rope.frequencies().length;
        require(headDim > 0 && in.width() % headDim == 0, "width, headDim", in.width(), headDim);
        require(2 * half <= headDim, "frequencies, headDim", half, headDim);
        Batch rows = batch(at, in.rows());
        steps.verb(Verb.ROPE)
                .with(in.number())
                .with(rows.number())
                .with(headDim)
                .with(2 * half)
                .with(constants.periods(rope.frequencies()))
                .with(rope.magnitude() == 1 ? Program.NONE : constants.factors(rope));
        return next(in.rows(), in.width());
    }

    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, Positions at) {
        MlxTensor query = mine(q);
        MlxTensor key = mine(k);
        MlxTensor value = likewise(v, key);
        int headDim = shape.headDim();
        require(query.width() == shape.heads() * headDim, "q width, heads", query.width(), shape.heads());
        require(key.width() == shape.kvHeads() * headDim, "k width, kvHeads", key.width(), shape.kvHeads());
        require(shape.heads() % shape.kvHeads() == 0, "heads, kvHeads", shape.heads(), shape.kvHeads());
        require(key.rows() == query.rows(), "k rows, q rows", key.rows(), query.rows());
        Batch rows = batch(at, query.rows());
        int[] slabs = rows.reserve(shape, engine);
        steps.verb(Verb.ATTENTION)
                .with(query.number())
                .with(key.number())
                .with(value.number())
                .with(rows.number())
                .with(shape.layer())
                .with(shape.heads())
                .with(shape.kvHeads())
                .with(headDim)
                .with(shape.scale())
                .with(shape.window());
        for (int slab : slabs) {
            steps.with(slab);
        }
        steps.works(rows.reach() * query.width() * 2 * Float.BYTES);
        return next(query.rows(), query.width());
    }

    @Override
    public Tensor keep(Tensor x) {
        MlxTensor in = mine(x);
        live.stream().filter(tensor -> tensor != in).forEach(MlxTensor::end);
        live.clear();
        live.add(in);
        steps.verb(Verb.KEEP).with(in.number());
        return in;
    }

    @Override
    public void read(Tensor x, int row, float[] out) {
        MlxTensor in = mine(x);
        require(row >= 0 && row < in.rows(), "row of, rows", row, in.rows());
        if (in.rows() == 1) {
            require(out.length >= in.width(), "room, width", out.length, in.width());
            compute(in, out);
            return;
        }
        float[] values = in.values();
        if (values == null) {
            values = new float[in.rows() * in.width()];
            compute(in, values);
            in.values(values);
        }
        System.arraycopy(values, row * in.width(), out, 0, in.width());
    }

    private void compute(MlxTensor x, float[] out) {
        try {
            engine.compute(pass, steps, x.number(), x.rows() * x.width(), out);
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        } finally {
            steps.clear();
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        try {
            if (failed || steps.isEmpty()) {
                engine.abandon(pass);
            } else {
                engine.finish(pass, steps);
            }
        } finally {
            constants.leave();
        }
    }

    private Batch batch(Positions at, int rows) {
        Batch known = batch;
        if (known == null || !known.describes(at)) {
            known = new Batch(at, batches);
            known.declare(steps);
            batches++;
            batch = known;
        }
        require(known.rows() == rows, "positions, rows", known.rows(), rows);
        return known;
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the pass is closed");
        }
    }

    private MlxTensor mine(Tensor x) {
        if (open && x instanceof MlxTensor tensor && tensor.usableIn(this)) {
            return tensor;
        }
        throw new IllegalStateException("a tensor of another pass, or one that has ended: " + x);
    }

    private MlxTensor likewise(Tensor x, MlxTensor other) {
        MlxTensor tensor = mine(x);
        require(tensor.rows() == other.rows(), "rows, rows", tensor.rows(), other.rows());
        require(tensor.width() == other.width(), "width, width", tensor.width(), other.width());
        return tensor;
    }

    private static MlxMatrix mine(Matrix w) {
        if (!(w instanceof MlxMatrix matrix)) {
            throw new IllegalArgumentException("a matrix of another backend: " + w);
        }
        return matrix;
    }

    private static void require(boolean holds, String what, int first, int second) {
        if (!holds) {
            throw new IllegalArgumentException("%s do not go together: %d, %d".formatted(what, first, second));
        }
    }
}
