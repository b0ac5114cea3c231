package dev.exoflux.kernels;

import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.MatrixForms;
import org.jspecify.annotations.Nullable;

/** A weight matrix in native memory, in the form its kernels want. */
abstract sealed class CpuMatrix implements Matrix permits PackedMatrix, ScalarMatrix {

    private static final int PRODUCTS_AT_A_TIME = 1 << 18;

    /** Of weights that wait for memory: a kernel that starts to read is slow until its first lines have come. */
    private static final long BYTES_AT_A_TIME = 1 << 19;

    /** Rows that leave the memory in the processor's way. */
    private static final int FEW_ROWS = 32;

    /** Of the shares of a thread, so that one which was held up leaves the others little to wait for. */
    private static final int SHARES = 4;

    private final NativeMemory.Block block;
    private final int rows;
    private final int columns;
    private final int groupSize;
    private final float @Nullable [] bias;
    private Inputs.@Nullable Form form;
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

    /** What its inputs are to be made into, once its kernels have been asked. */
    final Inputs.@Nullable Form form() {
        return form;
    }

    /** @param asked always the same: threads that ask at once do no harm */
    final void form(Inputs.Form asked) {
        form = asked;
    }

    /** Kernels trust the address: whoever starts one asks here first. */
    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the %d x %d matrix is closed".formatted(rows, columns));
        }
    }

    /** Parts of the output that can be computed apart from each other. */
    abstract int units();

    /**
     * Units a thread takes at a time: with less to do, it would take longer to share the work out.
     *
     * @param inputRows of the activations
     * @param threads that share
     */
    final int grain(int inputRows, int threads) {
        long productsPerUnit = Math.max(1, (long) rows * columns / units() * inputRows);
        long grain = PRODUCTS_AT_A_TIME / productsPerUnit;
        if (inputRows <= FEW_ROWS) {
            long bytesPerUnit = Math.max(1, bytes() / units());
            grain = Math.max(grain, Math.min(BYTES_AT_A_TIME / bytesPerUnit, units() / (SHARES * threads)));
        }
        return Math.clamp(grain, 1, units());
    }

    @Override
    public final void close() {
        closed = true;
        block.close();
    }
}
