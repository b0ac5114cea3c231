package dev.exoflux.kernels;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pass on the CPU: checks shapes, takes the result's array, shares the work out over the threads. Computes at once.
 *
 * @param <M> the form of the kernels' matrices
 */
final class CpuOps<M extends CpuMatrix> implements Ops {

    /** Elements a thread takes at a time where an element costs a few operations: below, sharing costs more than it brings. */
    static final int ELEMENT_GRAIN = 8 * 1024;

    private final Kernels<M> kernels;
    private final Workers workers;
    private final Workspace workspace;
    private final CpuBackend backend;
    private final Tasks<M> tasks;
    private boolean open = true;

    private @Nullable Places places;
    private @Nullable RopeAngles angles;

    CpuOps(CpuBackend backend, Kernels<M> kernels, Workers workers, Workspace workspace) {
        this.backend = backend;
        this.kernels = kernels;
        this.workers = workers;
        this.workspace = workspace;
        this.tasks = new Tasks<>(kernels, workspace.inputs());
    }

    @Override
    public Tensor embed(Matrix table, int[] ids) {
        M matrix = mine(table);
        CpuTensor out = take(ids.length, matrix.columns());
        for (int row = 0; row < ids.length; row++) {
            if (ids[row] < 0 || ids[row] >= matrix.rows()) {
                throw new IllegalArgumentException(
                        "token id %d is outside the vocabulary of %d".formatted(ids[row], matrix.rows()));
            }
            kernels.embed(matrix, ids[row], out.data(), out.at(row));
        }
        return out;
    }

    @Override
    public Tensor upload(float[] values, int width) {
        require(width > 0 && values.length > 0 && values.length % width == 0, "values", values.length, width);
        CpuTensor out = take(values.length / width, width);
        System.arraycopy(values, 0, out.data(), out.at(0), values.length);
        return out;
    }

    @Override
    public Tensor rows(Tensor x, int from, int count) {
        CpuTensor in = mine(x);
        require(from >= 0 && count > 0 && from <= in.rows() - count, "rows from, count", from, count);
        return workspace.tensors().take(this, in.data(), in.at(from), count, in.width());
    }

    @Override
    public Tensor gather(Tensor x, int[] rows) {
        CpuTensor in = mine(x);
        CpuTensor out = take(rows.length, in.width());
        for (int row = 0; row < rows.length; row++) {
            require(rows[row] >= 0 && rows[row] < in.rows(), "row of, rows", rows[row], in.rows());
            System.arraycopy(in.data(), in.at(rows[row]), out.data(), out.at(row), in.width());
        }
        return out;
    }

    @Override
    public Tensor linear(Tensor x, Matrix w) {
        CpuTensor in = mine(x);
        M matrix = mine(w);
        require(in.width() == matrix.columns(), "width, columns", in.width(), matrix.columns());
        CpuTensor out = take(in.rows(), matrix.rows());
        prepare(in, form(matrix));
        workers.run(
                matrix.units(),
                matrix.grain(in.rows(), workers.threads()),
                tasks.linear.of(matrix, out),
                workspace.scratch());
        return out;
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        CpuTensor left = mine(a);
        CpuTensor right = mine(b);
        CpuTensor out = takeLike(left, right);
        elements(out, tasks.elements.of(false, left, right, out));
        return out;
    }

    @Override
    public Tensor swiglu(Tensor gate, Tensor up) {
        CpuTensor left = mine(gate);
        CpuTensor right = mine(up);
        CpuTensor out = takeLike(left, right);
        elements(out, tasks.elements.of(true, left, right, out));
        return out;
    }

    @Override
    public Tensor rmsNorm(Tensor x, float[] weight, float epsilon) {
        CpuTensor in = mine(x);
        require(weight.length > 0 && in.width() % weight.length == 0, "width, norm length", in.width(), weight.length);
        CpuTensor out = take(in.rows(), in.width());
        int norms = in.rows() * (in.width() / weight.length);
        each(norms, weight.length, tasks.norms.of(in, weight, epsilon, out));
        return out;
    }

    @Override
    public Tensor rope(Tensor x, Rope rope, Positions at) {
        CpuTensor in = mine(x);
        int headDim = rope.headDim();
        int half = rope.frequencies().length;
        require(headDim > 0 && in.width() % headDim == 0, "width, headDim", in.width(), headDim);
        require(2 * half <= headDim, "frequencies, headDim", half, headDim);
        Places rows = places(at, in.rows());
        RopeAngles table = angles(rope, rows);
        CpuTensor out = take(in.rows(), in.width());
        int heads = in.width() / headDim;
        each(in.rows() * heads, headDim, tasks.rotations.of(in, headDim, half, table, out));
        return out;
    }

    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, Positions at) {
        CpuTensor query = mine(q);
        CpuTensor key = mine(k);
        CpuTensor value = mine(v);
        require(query.width() == shape.heads() * shape.headDim(), "q width, heads", query.width(), shape.heads());
        require(key.width() == shape.kvHeads() * shape.headDim(), "k width, kvHeads", key.width(), shape.kvHeads());
        require(value.width() == key.width(), "v width, k width", value.width(), key.width());
        require(shape.heads() % shape.kvHeads() == 0, "heads, kvHeads", shape.heads(), shape.kvHeads());
        require(key.rows() == query.rows() && value.rows() == query.rows(), "k rows, v rows", key.rows(), value.rows());
        Places rows = places(at, query.rows());
        rows.reserve();
        for (int row = 0; row < rows.rows(); row++) {
            CpuKvCache cache = rows.cache(row);
            checkCache(cache.shape(), shape);
            cache.put(shape.layer(), rows.position(row), key.data(), key.at(row), value.data(), value.at(row));
        }
        CpuTensor out = take(query.rows(), query.width());
        int[] starts = rows.tiles(kernels.attendedRows(shape, rows.cache(0).layout()));
        workers.run(
                (starts.length - 1) * shape.kvHeads(),
                1,
                tasks.heads.of(query, shape, rows, starts, out),
                workspace.scratch());
        return out;
    }

    @Override
    public Tensor keep(Tensor x) {
        CpuTensor in = mine(x);
        workspace.inputs().forget();
        workspace.buffers().releaseAllBut(in.data());
        workspace.tensors().endAllBut(in);
        return in;
    }

    @Override
    public void read(Tensor x, int row, float[] out) {
        CpuTensor in = mine(x);
        require(row >= 0 && row < in.rows(), "row of, rows", row, in.rows());
        System.arraycopy(in.data(), in.at(row), out, 0, in.width());
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            workspace.inputs().forget();
            workspace.buffers().releaseAll();
            workspace.tensors().endAll();
            backend.takeBack(workspace);
        }
    }

    /** Shares out all elements of {@code out}, whose rows lie one after another from 0 on. */
    private void elements(CpuTensor out, Workers.Task task) {
        workers.run(out.rows() * out.width(), ELEMENT_GRAIN, task, workspace.scratch());
    }

    /** Shares out {@code items} pieces of {@code size} elements. */
    private void each(int items, int size, Workers.Task task) {
        workers.run(items, Math.max(1, ELEMENT_GRAIN / size), task, workspace.scratch());
    }

    private Inputs.Form form(M matrix) {
        Inputs.Form known = matrix.form();
        if (known == null) {
            known = kernels.inputForm(matrix);
            matrix.form(known);
        }
        return known;
    }

    private void prepare(CpuTensor x, Inputs.Form form) {
        if (!workspace.inputs().serve(x, form)) {
            kernels.prepare(x, form, workspace, workers);
        }
    }

    private Places places(Positions at, int rows) {
        Places known = places;
        if (known == null || !known.describes(at)) {
            known = new Places(at);
            places = known;
        }
        require(known.rows() == rows, "positions, rows", known.rows(), rows);
        return known;
    }

    private RopeAngles angles(Rope rope, Places rows) {
        RopeAngles known = angles;
        if (known == null || !known.describes(rope, rows)) {
            known = new RopeAngles(rope, rows);
            angles = known;
        }
        return known;
    }

    private CpuTensor take(int rows, int width) {
        if (!open) {
            throw new IllegalStateException("the pass is closed");
        }
        require(rows > 0, "rows, width", rows, width);
        float[] data = workspace.buffers().take(Math.multiplyExact(rows, width));
        return workspace.tensors().take(this, data, 0, rows, width);
    }

    private CpuTensor takeLike(CpuTensor a, CpuTensor b) {
        require(a.rows() == b.rows(), "rows, rows", a.rows(), b.rows());
        require(a.width() == b.width(), "width, width", a.width(), b.width());
        return take(a.rows(), a.width());
    }

    private CpuTensor mine(Tensor x) {
        if (x instanceof CpuTensor tensor && tensor.belongsTo(this) && open) {
            return tensor;
        }
        throw new IllegalStateException("a tensor of another pass, or one that has ended: " + x);
    }

    private M mine(Matrix w) {
        if (!kernels.matrixType().isInstance(w)) {
            throw new IllegalArgumentException("a matrix of another backend: " + w);
        }
        M matrix = kernels.matrixType().cast(w);
        matrix.requireOpen();
        return matrix;
    }

    private static void checkCache(KvShape cache, AttentionShape shape) {
        require(
                shape.layer() >= 0 && shape.layer() < cache.layers(),
                "layer of, layers",
                shape.layer(),
                cache.layers());
        require(cache.kvHeads() == shape.kvHeads(), "cached heads, kvHeads", cache.kvHeads(), shape.kvHeads());
        require(cache.headDim() == shape.headDim(), "cached headDim, headDim", cache.headDim(), shape.headDim());
    }

    private static void require(boolean holds, String what, int first, int second) {
        if (!holds) {
            throw new IllegalArgumentException("%s do not go together: %d, %d".formatted(what, first, second));
        }
    }
}
