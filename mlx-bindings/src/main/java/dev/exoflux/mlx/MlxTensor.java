package dev.exoflux.mlx;

import dev.exoflux.model.Tensor;
import org.jspecify.annotations.Nullable;

/** Activations of a pass: a promise, and, if anybody reads them, numbers. */
final class MlxTensor implements Tensor {

    private final MlxOps pass;
    private final int number;
    private final int rows;
    private final int width;
    private float @Nullable [] values;
    private boolean ended;

    MlxTensor(MlxOps pass, int number, int rows, int width) {
        this.pass = pass;
        this.number = number;
        this.rows = rows;
        this.width = width;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int width() {
        return width;
    }

    boolean usableIn(MlxOps other) {
        return pass == other && !ended;
    }

    void end() {
        ended = true;
        values = null;
    }

    /** In the order in which the pass makes its tensors. */
    int number() {
        return number;
    }

    float @Nullable [] values() {
        return values;
    }

    void values(float[] values) {
        this.values = values;
    }
}
