package dev.exoflux.kernels;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.MatrixData;
import org.jspecify.annotations.Nullable;

/**
 * The inner loops, each called for a part of an operation and on one thread; {@link CpuOps} checks shapes, shares out the
 * parts and owns the memory. Two implementations give the same bits (see the package's description).
 *
 * @param <M> the form its matrices have
 */
interface Kernels<M extends CpuMatrix> {

    Class<M> matrixType();

    /** Copies {@code data} into this implementation's form; {@code data} has passed {@link MatrixForms#check}. */
    M pack(MatrixData data, float @Nullable [] bias, NativeMemory memory, Workers workers);

    /** One row of a matrix as floats. */
    void embed(M table, int row, float[] out, int outAt);

    /** What must be prepared of the activations that {@code w} is to read. */
    Inputs.Form inputForm(M w);

    /** Prepares it. */
    default Inputs prepare(CpuTensor x, Inputs.Form form, Workspace workspace, Workers workers) {
        return Inputs.prepare(x, form, workspace, workers);
    }

    /**
     * {@code x W^T + b} for the output columns of units {@code [fromUnit, toUnit)}.
     *
     * @param inputs x, made ready as {@link #inputForm} says
     * @param out {@code [x.rows(), w.rows()]}
     */
    void linear(Inputs inputs, M w, float[] out, int fromUnit, int toUnit, Scratch scratch);

    void add(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int count);

    /** Norm of {@code weight.length} elements. */
    void rmsNorm(float[] x, int xAt, float[] weight, float epsilon, float[] out, int outAt);

    /** Rotates one head by the angles whose cosines and sines are given; elements beyond {@code 2 * half} are copied. */
    void rope(float[] x, int xAt, int headDim, int half, float[] cos, float[] sin, int at, float[] out, int outAt);

    /**
     * The query heads that share one key/value head, for one row.
     *
     * @param q the first of those heads starts at {@code qAt}
     * @param position of the row; the cache holds keys and values up to and including it
     */
    void attend(
            float[] q,
            int qAt,
            CpuKvCache cache,
            AttentionShape shape,
            int kvHead,
            int position,
            float[] out,
            int outAt,
            Scratch scratch);

    void swiglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count);
}
