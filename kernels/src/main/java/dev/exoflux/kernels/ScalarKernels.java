package dev.exoflux.kernels;

import static dev.exoflux.kernels.CpuKvCache.BLOCK;
import static dev.exoflux.kernels.CpuKvCache.LANES;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.MatrixData;
import org.jspecify.annotations.Nullable;

/** The truth: plain loops in the order that the package's description gives. */
final class ScalarKernels implements Kernels<ScalarMatrix> {

    private final Activations activations;

    ScalarKernels(Activations activations) {
        this.activations = activations;
    }

    @Override
    public Class<ScalarMatrix> matrixType() {
        return ScalarMatrix.class;
    }

    @Override
    public ScalarMatrix pack(MatrixData data, float @Nullable [] bias, NativeMemory memory, Workers workers) {
        return ScalarMatrix.copyOf(data, bias, memory);
    }

    @Override
    public void embed(ScalarMatrix table, int row, float[] out, int outAt) {
        float[] values = new float[table.columns()];
        StoredRow.values(table.data(), row, values);
        for (int i = 0; i < values.length; i++) {
            int group = table.groupSize() == 0 ? 0 : i / table.groupSize();
            out[outAt + i] =
                    values[i] * StoredRow.scale(table.data(), row, group) + StoredRow.bias(table.data(), row, group);
        }
    }

    @Override
    public Inputs.Form inputForm(ScalarMatrix w) {
        int size = w.data() instanceof MatrixData.Affine affine ? affine.groupSize() : 0;
        return new Inputs.Form(size, activations.rounded(w.data()), Inputs.Layout.ROWS);
    }

    @Override
    public void linear(Inputs inputs, ScalarMatrix w, float[] out, int fromRow, int toRow, Scratch scratch) {
        float[] values = scratch.floats(w.columns());
        float[] bias = w.bias();
        for (int row = fromRow; row < toRow; row++) {
            StoredRow.values(w.data(), row, values);
            for (int r = 0; r < inputs.rows(); r++) {
                int at = inputs.at() + r * w.columns();
                float y = w.groupSize() == 0
                        ? dot(values, 0, inputs.x(), at, w.columns(), 0)
                        : grouped(w, row, values, inputs, at, r * (w.columns() / w.groupSize()));
                out[r * w.rows() + row] = bias == null ? y : y + bias[row];
            }
        }
    }

    private static float grouped(ScalarMatrix w, int row, float[] values, Inputs inputs, int at, int groupsAt) {
        int size = w.groupSize();
        boolean affine = w.data() instanceof MatrixData.Affine;
        float acc = 0;
        for (int group = 0; group < w.columns() / size; group++) {
            float p = dot(values, group * size, inputs.x(), at + group * size, size, 0);
            float scale = StoredRow.scale(w.data(), row, group);
            if (affine) {
                float bias = StoredRow.bias(w.data(), row, group);
                float part = Math.fma(bias, inputs.sums()[groupsAt + group], scale * p);
                acc = Math.fma(part, inputs.steps()[groupsAt + group], acc);
            } else {
                acc = Math.fma(scale, p, acc);
            }
        }
        return acc;
    }

    private static float dot(float[] a, int aAt, float[] b, int bAt, int count, float acc) {
        float sum = acc;
        for (int i = 0; i < count; i++) {
            sum = Math.fma(a[aAt + i], b[bAt + i], sum);
        }
        return sum;
    }

    @Override
    public void add(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int count) {
        for (int i = 0; i < count; i++) {
            out[outAt + i] = a[aAt + i] + b[bAt + i];
        }
    }

    @Override
    public void rmsNorm(float[] x, int xAt, float[] weight, float epsilon, float[] out, int outAt, Scratch scratch) {
        float[] partial = new float[LANES];
        for (int i = 0; i < weight.length; i++) {
            partial[i % LANES] = Math.fma(x[xAt + i], x[xAt + i], partial[i % LANES]);
        }
        float inverse = inverseRoot(sum(partial, 0), weight.length, epsilon);
        for (int i = 0; i < weight.length; i++) {
            out[outAt + i] = x[xAt + i] * inverse * weight[i];
        }
    }

    static float inverseRoot(float squares, int count, float epsilon) {
        return (float) (1 / Math.sqrt(squares / count + epsilon));
    }

    /** The 16 partial sums from {@code at} on by halves; leaves them changed. */
    static float sum(float[] partial, int at) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = at; i < at + half; i++) {
                partial[i] += partial[i + half];
            }
        }
        return partial[at];
    }

    @Override
    public void rope(
            float[] x, int xAt, int headDim, int half, float[] cos, float[] sin, int at, float[] out, int outAt) {
        rotate(x, xAt, headDim, half, cos, sin, at, out, outAt);
    }

    static void rotate(
            float[] x, int xAt, int headDim, int half, float[] cos, float[] sin, int at, float[] out, int outAt) {
        for (int i = 0; i < half; i++) {
            float a = x[xAt + i];
            float b = x[xAt + half + i];
            out[outAt + i] = a * cos[at + i] - b * sin[at + i];
            out[outAt + half + i] = b * cos[at + i] + a * sin[at + i];
        }
        System.arraycopy(x, xAt + 2 * half, out, outAt + 2 * half, headDim - 2 * half);
    }

    @Override
    public void attend(
            float[] q,
            int qAt,
            int rows,
            CpuKvCache cache,
            AttentionShape shape,
            int kvHead,
            int position,
            float[] out,
            int outAt,
            Scratch scratch) {
        int headDim = shape.headDim();
        for (int head = 0; head < shape.heads() / shape.kvHeads(); head++) {
            int at = head * headDim;
            attendOne(q, qAt + at, cache, shape, kvHead, position, out, outAt + at, scratch.floats(position + 1));
        }
    }

    private static void attendOne(
            float[] query,
            int queryAt,
            CpuKvCache cache,
            AttentionShape shape,
            int kvHead,
            int position,
            float[] out,
            int outAt,
            float[] weights) {
        int headDim = shape.headDim();
        KvLayout layout = cache.layout();
        Query q = Query.of(layout, query, queryAt, shape.scale());
        int first = shape.firstVisible(position);
        float max = Float.NEGATIVE_INFINITY;
        for (int p = first; p <= position; p++) {
            long keys = cache.keys(shape.layer(), kvHead, p / BLOCK);
            float score = 0;
            for (int i = 0; i < headDim; i++) {
                score = Math.fma(q.x()[q.at() + i], layout.key(keys, p % BLOCK, i), score);
            }
            weights[p] = score * layout.keyStep(keys, p % BLOCK) * q.scale();
            max = Math.max(max, weights[p]);
        }
        float[] partial = new float[LANES];
        for (int p = first; p <= position; p++) {
            weights[p] = ScalarMath.exp(weights[p] - max);
            partial[p % LANES] += weights[p];
        }
        float total = sum(partial, 0);
        for (int p = first; p <= position; p++) {
            weights[p] *= layout.valueStep(cache.keys(shape.layer(), kvHead, p / BLOCK), p % BLOCK);
        }
        for (int i = 0; i < headDim; i++) {
            float acc = 0;
            for (int p = first; p <= position; p++) {
                long keys = cache.keys(shape.layer(), kvHead, p / BLOCK);
                acc = Math.fma(weights[p], layout.value(keys, p % BLOCK, i), acc);
            }
            out[outAt + i] = acc / total;
        }
    }

    /**
     * A query as the keys want it.
     *
     * @param scale of scores
     */
    @SuppressWarnings("ArrayRecordComponent") // two places in one array
    private record Query(float[] x, int at, float scale) {

        static Query of(KvLayout layout, float[] x, int at, float scale) {
            if (!(layout instanceof Int8Layout)) {
                return new Query(x, at, scale);
            }
            float[] whole = new float[layout.headDim()];
            float[] step = new float[1];
            Int8Rounding.round(x, at, whole.length, whole, 0, step, new float[1], 0);
            return new Query(whole, 0, step[0] * scale);
        }
    }

    @Override
    public void swiglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
        for (int i = 0; i < count; i++) {
            out[outAt + i] = ScalarMath.silu(gate[gateAt + i]) * up[upAt + i];
        }
    }
}
