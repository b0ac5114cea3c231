package dev.exoflux.kernels;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.MatrixForms;
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

    /** Prepares it, as the inputs of the workspace. */
    default void prepare(CpuTensor x, Inputs.Form form, Workspace workspace, Workers workers) {
        workspace.inputs().prepare(x, form, workspace, workers);
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
    void rmsNorm(float[] x, int xAt, float[] weight, float epsilon, float[] out, int outAt, Scratch scratch);

    /** Rotates one head by the angles whose cosines and sines are given; elements beyond {@code 2 * half} are copied. */
    void rope(float[] x, int xAt, int headDim, int half, float[] cos, float[] sin, int at, float[] out, int outAt);

    /** Rows at positions that follow each other that {@link #attend} takes at a time at most. */
    default int attendedRows(AttentionShape shape, KvLayout layout) {
        return 1;
    }

    /**
     * The query heads that share one key/value head, for rows of one sequence.
     *
     * @param q of those rows, as many floats a row as all heads have; the first of the heads starts at {@code qAt}
     * @param rows at positions that follow each other, {@link #attendedRows} at most
     * @param position of the first row; the cache holds keys and values up to and including those of the last
     * @param out as q
     */
    void attend(
            float[] q,
            int qAt,
            int rows,
            CpuKvCache cache,
            AttentionShape shape,
            int kvHead,
            int position,
            float[] out,
            int outAt,
            Scratch scratch);

    void swiglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count);
}
