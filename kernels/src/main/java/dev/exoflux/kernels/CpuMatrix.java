package dev.exoflux.kernels;

import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import org.jspecify.annotations.Nullable;

/** A weight matrix in native memory, in the form its kernels want. */
abstract sealed class CpuMatrix implements Matrix permits PackedMatrix, ScalarMatrix {

    private static final int PRODUCTS_AT_A_TIME = 1 << 18;

    private final NativeMemory.Block block;
    private final int rows;
    private final int columns;
    private final int groupSize;
    private final float @Nullable [] bias;
    private volatile boolean closed;

    /** @param block owned by the matrix from now on */
    CpuMatrix(MatrixData data, float @Nullable [] bias, NativeMemory.Block block) {
        this.block = block;
        this.rows = data.rows();
        this.columns = data.columns();
        this.groupSize = MatrixForms.groupSize(data);
        this.bias = bias == null ? null : bias.clone();
    }

    @Override
    public final int rows() {
        return rows;
    }

    @Override
    public final int columns() {
        return columns;
    }

    @Override
    public final long bytes() {
        return block.bytes();
    }

    /** Where the matrix lies; its own. */
    final NativeMemory.Block block() {
        return block;
    }

    /** Inputs that share a scale, or 0 where there are no groups. */
    final int groupSize() {
        return groupSize;
    }

    /** {@code [rows]}, or null. */
    final float @Nullable [] bias() {
        return bias;
    }

    /** Kernels trust the address: whoever starts one asks here first. */
    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the %d x %d matrix is closed".formatted(rows, columns));
        }
    }

    /** Parts of the output that can be computed apart from each other. */
    abstract int units();

    /** Units a thread takes at a time: with less to do, it would take longer to share the work out. */
    final int grain(int inputRows) {
        long productsPerUnit = (long) rows * columns / units() * inputRows;
        return Math.clamp(PRODUCTS_AT_A_TIME / Math.max(1, productsPerUnit), 1, units());
    }

    @Override
    public final void close() {
        closed = true;
        block.close();
    }
}
