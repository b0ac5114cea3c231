package dev.exoflux.kernels;

import java.util.Arrays;

/**
 * Activations made ready for the matrices that are to read them: what is computed from them alone, once for all matrices
 * of one form that share them. What is not asked for is empty.
 *
 * @param source the activations as they came, {@code [rows, width]}
 * @param form what they are ready for
 * @param x the numbers to multiply with, {@code [rows, width]} from {@code at} on: the activations, or what {@link
 *     Int8Rounding} or {@link Bf16} made of them
 * @param steps what the products of each group of inputs are multiplied with, {@code [rows, width / groupSize]}; 1 for
 *     activations that are not rounded
 * @param sums of the groups, {@code [rows, width / groupSize]}
 * @param tiles several rows as {@link RowTiles} interleaves them
 * @param descaled a single row as {@link Nibbles} wants it; empty also where that would not be exact
 * @param integers the rows as {@link NibblePairs} or {@link DotProducts} lays them out
 */
@SuppressWarnings("ArrayRecordComponent") // shared with the kernels on purpose
record Inputs(
        CpuTensor source,
        Form form,
        float[] x,
        int at,
        float[] steps,
        float[] sums,
        float[] tiles,
        float[] descaled,
        int[] integers) {

    private static final float[] NONE = {};
    private static final int[] NO_INTEGERS = {};

    /** How a kernel reads the rows. */
    enum Layout {
        /** As they are. */
        ROWS,
        /** A single row as it is, several as tiles. */
        TILES,
        /** As {@link #TILES}, but a single row divided by the places of nibbles where that is exact. */
        DESCALED_TILES,
        /** Tiles of pairs of whole numbers. */
        PAIRS,
        /** Tiles of fours of whole numbers, for weights of 4 bits. */
        QUADS_OF_NIBBLES,
        /** Tiles of fours of whole numbers, for weights of 8 bits. */
        QUADS_OF_BYTES,
        /** Tiles of pairs of bf16 numbers. */
        BF16_PAIRS
    }

    /**
     * What a matrix asks of its inputs.
     *
     * @param groupSize inputs that share a scale and a bias, or 0
     * @param rounded whether to 8 bits or, without groups, to bf16
     */
    record Form(int groupSize, boolean rounded, Layout layout) {}

    /** What compiled code has made of the activations. */
    static Inputs ofIntegers(CpuTensor source, Form form, float[] steps, float[] sums, int[] integers) {
        return new Inputs(source, form, NONE, 0, steps, sums, NONE, NONE, integers);
    }

    /** Prepares what Java kernels want. */
    static Inputs prepare(CpuTensor source, Form form, Workspace workspace, Workers workers) {
        Buffers buffers = workspace.buffers();
        int groups = form.groupSize() == 0 ? 0 : source.rows() * (source.width() / form.groupSize());
        float[] steps = groups == 0 ? NONE : buffers.take(groups);
        float[] sums = groups == 0 ? NONE : buffers.take(groups);
        float[] x = source.data();
        int at = source.at(0);
        boolean bf16 = form.rounded() && groups == 0;
        if (bf16) {
            x = buffers.take(source.rows() * source.width());
            at = 0;
            roundToBf16(source, x, workers, workspace.scratch());
        } else if (form.rounded() && groups > 0) {
            x = buffers.take(source.rows() * source.width());
            at = 0;
            round(source, form.groupSize(), x, steps, sums, workers, workspace.scratch());
        } else if (groups > 0) {
            Arrays.fill(steps, 0, groups, 1);
            GroupSums.sum(x, at, form.groupSize(), sums, 0, groups);
        }
        int rows = source.rows();
        int width = source.width();
        boolean single = rows == 1;
        return switch (form.layout()) {
            case ROWS -> new Inputs(source, form, x, at, steps, sums, NONE, NONE, NO_INTEGERS);
            case TILES, DESCALED_TILES -> {
                float[] tiles = single ? NONE : buffers.take(rows * width);
                if (!single) {
                    RowTiles.interleave(x, at, rows, width, tiles, workers, workspace.scratch());
                }
                boolean descale = single && form.layout() == Layout.DESCALED_TILES;
                float[] descaled = descale ? buffers.take(width) : NONE;
                boolean exact = descale && Nibbles.descale(x, at, width, descaled);
                yield new Inputs(source, form, x, at, steps, sums, tiles, exact ? descaled : NONE, NO_INTEGERS);
            }
            case PAIRS -> {
                int[] pairs = workspace.integers(rows * width / 2);
                NibblePairs.layOut(x, rows, width, pairs, workers, workspace.scratch());
                yield new Inputs(source, form, x, at, steps, sums, NONE, NONE, pairs);
            }
            case QUADS_OF_NIBBLES, QUADS_OF_BYTES, BF16_PAIRS ->
                throw new IllegalArgumentException("made by compiled code: " + form);
        };
    }

    private static void roundToBf16(CpuTensor x, float[] out, Workers workers, Scratch scratch) {
        workers.run(
                x.rows() * x.width(),
                CpuOps.ELEMENT_GRAIN,
                (from, to, its) -> Bf16.round(x.data(), x.at(0) + from, out, from, to - from),
                scratch);
    }

    int rows() {
        return source.rows();
    }

    int width() {
        return source.width();
    }

    /** Whether these are the inputs for a matrix of that form. */
    boolean serve(CpuTensor other, Form otherForm) {
        return source == other && form.equals(otherForm);
    }

    private static void round(
            CpuTensor x, int size, float[] q, float[] steps, float[] sums, Workers workers, Scratch scratch) {
        workers.run(
                x.rows() * (x.width() / size),
                Math.max(1, CpuOps.ELEMENT_GRAIN / size),
                (from, to, its) -> {
                    for (int group = from; group < to; group++) {
                        Int8Rounding.round(x.data(), x.at(0) + group * size, size, q, group * size, steps, sums, group);
                    }
                },
                scratch);
    }
}
