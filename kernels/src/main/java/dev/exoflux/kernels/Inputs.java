package dev.exoflux.kernels;

/**
 * Activations made ready for the matrices that are to read them: what is computed from them alone, once for all matrices
 * of one form that share them. What is not asked for is empty.
 *
 * @param x the activations themselves, {@code [rows, width]}
 * @param form what they are ready for
 * @param sums of the groups of inputs that share a scale, {@code [rows, width / groupSize]}
 * @param tiles several rows as {@link RowTiles} interleaves them
 * @param descaled a single row as {@link Nibbles} wants it; empty also where that would not be exact
 */
@SuppressWarnings("ArrayRecordComponent") // shared with the kernels on purpose
record Inputs(CpuTensor x, Form form, float[] sums, float[] tiles, float[] descaled) {

    private static final float[] NONE = {};

    /**
     * What a matrix asks of its inputs.
     *
     * @param groupSize of the sums, or 0
     * @param tiles whether several rows are computed at once
     * @param descaled whether a single row is to be divided by the places of nibbles
     */
    record Form(int groupSize, boolean tiles, boolean descaled) {}

    static Inputs prepare(CpuTensor x, Form form, Buffers buffers, Workers workers, Scratch scratch) {
        boolean tiled = form.tiles() && x.rows() > 1;
        return new Inputs(
                x,
                form,
                form.groupSize() > 0 ? sums(x, form.groupSize(), buffers) : NONE,
                tiled ? tiles(x, buffers, workers, scratch) : NONE,
                form.descaled() && x.rows() == 1 ? descaled(x, buffers) : NONE);
    }

    /** Whether these are the inputs for a matrix of that form. */
    boolean serve(CpuTensor other, Form otherForm) {
        return x == other && form.equals(otherForm);
    }

    private static float[] sums(CpuTensor x, int groupSize, Buffers buffers) {
        int groups = x.width() / groupSize;
        float[] sums = buffers.take(x.rows() * groups);
        for (int row = 0; row < x.rows(); row++) {
            GroupSums.sum(x.data(), x.at(row), groupSize, sums, row * groups, groups);
        }
        return sums;
    }

    private static float[] tiles(CpuTensor x, Buffers buffers, Workers workers, Scratch scratch) {
        float[] tiles = buffers.take(x.rows() * x.width());
        RowTiles.interleave(x, tiles, workers, scratch);
        return tiles;
    }

    private static float[] descaled(CpuTensor x, Buffers buffers) {
        float[] descaled = buffers.take(x.width());
        return Nibbles.descale(x.data(), x.at(0), x.width(), descaled) ? descaled : NONE;
    }
}
