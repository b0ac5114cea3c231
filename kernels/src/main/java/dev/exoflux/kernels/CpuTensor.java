package dev.exoflux.kernels;

import dev.exoflux.model.Tensor;

/** Activations in an array of the pass that made them: row {@code r} starts at {@code at + r * width}. */
final class CpuTensor implements Tensor {

    private final CpuOps<?> pass;
    private final float[] data;
    private final int at;
    private final int rows;
    private final int width;

    CpuTensor(CpuOps<?> pass, float[] data, int at, int rows, int width) {
        this.pass = pass;
        this.data = data;
        this.at = at;
        this.rows = rows;
        this.width = width;
    }

    CpuOps<?> pass() {
        return pass;
    }

    float[] data() {
        return data;
    }

    /** Index of the first element of row {@code row}. */
    int at(int row) {
        return at + row * width;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int width() {
        return width;
    }
}
