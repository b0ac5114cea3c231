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
 * A pass on MLX. Each verb checks its shapes and writes down what to do; {@link #read} hands all of that to MLX's thread, where
 * it becomes one graph, is computed and comes back as numbers. What was written to caches is computed at the latest when the
 * pass closes: that may fail as a read may.
 */
final class MlxOps implements Ops {

    private final MlxPass pass;
    private final List<MlxTensor> live = new ArrayList<>();
    private boolean open = true;
    private @Nullable Batch batch;

    MlxOps(MlxPass pass) {
        this.pass = pass;
    }

    /** What makes a tensor's array, on MLX's thread. */
    private interface Maker {
        long make(Graph graph);
    }

    private MlxTensor promise(int rows, int width, Maker maker) {
        requireOpen();
        MlxTensor tensor = new MlxTensor(this, rows, width);
        live.add(tensor);
        pass.later(graph -> tensor.be(maker.make(graph)));
        return tensor;
    }

    @Override
    public Tensor embed(Matrix table, int[] ids) {
        MlxMatrix matrix = mine(table);
        for (int id : ids) {
            if (id < 0 || id >= matrix.rows()) {
                throw new IllegalArgumentException(
                        "token id %d is outside the vocabulary of %d".formatted(id, matrix.rows()));
            }
        }
        int[] own = ids.clone();
        return promise(ids.length, matrix.columns(), graph -> matrix.rows(graph, graph.array(own, own.length)));
    }

    @Override
    public Tensor upload(float[] values, int width) {
        require(width > 0 && values.length > 0 && values.length % width == 0, "values", values.length, width);
        float[] own = values.clone();
        int rows = own.length / width;
        return promise(rows, width, graph -> graph.as(pass.type(), graph.array(own, rows, width)));
    }

    @Override
    public Tensor rows(Tensor x, int from, int count) {
        MlxTensor in = mine(x);
        require(from >= 0 && count > 0 && from <= in.rows() - count, "rows from, count", from, count);
        return promise(
                count,
                in.width(),
                graph -> graph.slice(in.array(), new int[] {from, 0}, new int[] {from + count, in.width()}));
    }

    @Override
    public Tensor gather(Tensor x, int[] rows) {
        MlxTensor in = mine(x);
        for (int row : rows) {
            require(row >= 0 && row < in.rows(), "row of, rows", row, in.rows());
        }
        int[] own = rows.clone();
        return promise(own.length, in.width(), graph -> graph.take(in.array(), graph.array(own, own.length)));
    }

    @Override
    public Tensor linear(Tensor x, Matrix w) {
        MlxTensor in = mine(x);
        MlxMatrix matrix = mine(w);
        require(in.width() == matrix.columns(), "width, columns", in.width(), matrix.columns());
        return promise(in.rows(), matrix.rows(), graph -> matrix.multiply(graph, in.array()));
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        MlxTensor left = mine(a);
        MlxTensor right = likewise(b, left);
        return promise(left.rows(), left.width(), graph -> graph.add(left.array(), right.array()));
    }

    @Override
    public Tensor swiglu(Tensor gate, Tensor up) {
        MlxTensor left = mine(gate);
        MlxTensor right = likewise(up, left);
        return promise(left.rows(), left.width(), graph -> {
            long silu = graph.multiply(left.array(), graph.sigmoid(left.array()));
            return graph.multiply(silu, right.array());
        });
    }

    @Override
    public Tensor rmsNorm(Tensor x, float[] weight, float epsilon) {
        MlxTensor in = mine(x);
        require(weight.length > 0 && in.width() % weight.length == 0, "width, norm length", in.width(), weight.length);
        int heads = in.width() / weight.length;
        return promise(in.rows(), in.width(), graph -> {
            long norm = pass.vector(weight);
            if (heads == 1) {
                return graph.rmsNorm(in.array(), norm, epsilon);
            }
            long byHead = graph.reshape(in.array(), in.rows(), heads, weight.length);
            return graph.reshape(graph.rmsNorm(byHead, norm, epsilon), in.rows(), in.width());
        });
    }

    @Override
    public Tensor rope(Tensor x, Rope rope, Positions at) {
        MlxTensor in = mine(x);
        int headDim = rope.headDim();
        int half = rope.frequencies().length;
        require(headDim > 0 && in.width() % headDim == 0, "width, headDim", in.width(), headDim);
        require(2 * half <= headDim, "frequencies, headDim", half, headDim);
        Batch rows = batch(at, in.rows());
        return promise(in.rows(), in.width(), graph -> pass.rope(in, rope, rows));
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
        List<KvSlab> slabs = rows.reserve(shape);
        return promise(query.rows(), query.width(), graph -> pass.attention(query, key, value, shape, rows, slabs));
    }

    @Override
    public Tensor keep(Tensor x) {
        MlxTensor in = mine(x);
        live.stream().filter(tensor -> tensor != in).forEach(MlxTensor::end);
        live.clear();
        live.add(in);
        pass.later(graph -> graph.freeAllBut(in.array()));
        return in;
    }

    @Override
    public void read(Tensor x, int row, float[] out) {
        MlxTensor in = mine(x);
        require(row >= 0 && row < in.rows(), "row of, rows", row, in.rows());
        float[] values = in.values();
        if (values == null) {
            values = pass.compute(in);
            in.values(values);
        }
        System.arraycopy(values, row * in.width(), out, 0, in.width());
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            pass.close();
        }
    }

    private Batch batch(Positions at, int rows) {
        Batch known = batch;
        if (known == null || !known.describes(at)) {
            known = new Batch(at);
            batch = known;
        }
        require(known.positions().length == rows, "positions, rows", known.positions().length, rows);
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
        matrix.requireOpen();
        return matrix;
    }

    private static void require(boolean holds, String what, int first, int second) {
        if (!holds) {
            throw new IllegalArgumentException("%s do not go together: %d, %d".formatted(what, first, second));
        }
    }
}
