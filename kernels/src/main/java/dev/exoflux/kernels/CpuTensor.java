package dev.exoflux.kernels;

import dev.exoflux.model.Tensor;
import org.jspecify.annotations.Nullable;

/** Activations in an array of the pass that made them: row {@code r} starts at {@code at + r * width}. */
final class CpuTensor implements Tensor {

    private static final float[] NONE = {};

    private @Nullable CpuOps<?> pass;
    private float[] data = NONE;
    private int at;
    private int rows;
    private int width;

    /** Becomes a tensor of {@code pass}, until it {@linkplain #end ends}. */
    void begin(CpuOps<?> pass, float[] data, int at, int rows, int width) {
        this.pass = pass;
        this.data = data;
        this.at = at;
        this.rows = rows;
        this.width = width;
    }

    void end() {
        pass = null;
    }

    boolean belongsTo(CpuOps<?> other) {
        return pass == other;
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
