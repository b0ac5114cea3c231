package dev.exoflux.mlx;

import dev.exoflux.model.Tensor;
import org.jspecify.annotations.Nullable;

/** Activations of a pass: a promise first, then an array on MLX's side, then, if anybody reads them, numbers. */
final class MlxTensor implements Tensor {

    private final MlxOps pass;
    private final int rows;
    private final int width;

    /** Handle; set and read on MLX's thread. */
    private long array;

    private float @Nullable [] values;
    private boolean ended;

    MlxTensor(MlxOps pass, int rows, int width) {
        this.pass = pass;
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

    long array() {
        return array;
    }

    void be(long array) {
        this.array = array;
    }

    float @Nullable [] values() {
        return values;
    }

    void values(float[] values) {
        this.values = values;
    }
}
