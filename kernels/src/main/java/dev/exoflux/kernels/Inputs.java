package dev.exoflux.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Activations made ready for the matrices that are to read them: what is computed from them alone, once for all matrices
 * of one form that share them. What is not asked for is empty. One object serves pass after pass.
 */
final class Inputs {

    private static final float[] NONE = {};
    private static final int[] NO_INTEGERS = {};
    private static final Form PLAIN = new Form(0, false, Layout.ROWS);

    private @Nullable CpuTensor source;
    private Form form = PLAIN;
    private int rows;
    private int width;
    private float[] x = NONE;
    private int at;
    private float[] steps = NONE;
    private float[] sums = NONE;
    private float[] tiles = NONE;
    private float[] descaled = NONE;
    private int[] integers = NO_INTEGERS;

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

    /** Takes what compiled code has made of the activations. */
    void become(CpuTensor activations, Form its, float[] itsSteps, float[] itsSums, int[] itsIntegers) {
        begin(activations, its, itsSteps, itsSums);
        x = NONE;
        at = 0;
        integers = itsIntegers;
    }

    private void begin(CpuTensor activations, Form its, float[] itsSteps, float[] itsSums) {
        source = activations;
        form = its;
        rows = activations.rows();
        width = activations.width();
        steps = itsSteps;
        sums = itsSums;
        x = activations.data();
        at = activations.at(0);
        tiles = NONE;
        descaled = NONE;
        integers = NO_INTEGERS;
    }

    /** They are good no longer. */
    void forget() {
        source = null;
    }

    /** Prepares what Java kernels want. */
    void prepare(CpuTensor activations, Form wanted, Workspace workspace, Workers workers) {
        Buffers buffers = workspace.buffers();
        int size = wanted.groupSize();
        int groups = size == 0 ? 0 : activations.rows() * (activations.width() / size);
        begin(
                activations,
                wanted,
                groups == 0 ? NONE : buffers.take(groups),
                groups == 0 ? NONE : buffers.take(groups));
        if (wanted.rounded()) {
            x = buffers.take(rows * width);
            at = 0;
            if (groups == 0) {
                roundToBf16(activations, x, workers, workspace.scratch());
            } else {
                round(activations, size, x, steps, sums, workers, workspace.scratch());
            }
        } else if (groups > 0) {
            Arrays.fill(steps, 0, groups, 1);
            GroupSums.sum(x, at, size, sums, 0, groups);
        }
        boolean single = rows == 1;
        switch (wanted.layout()) {
            case ROWS -> {}
            case TILES, DESCALED_TILES -> {
                if (!single) {
                    tiles = buffers.take(rows * width);
                    RowTiles.interleave(x, at, rows, width, tiles, workers, workspace.scratch());
                } else if (wanted.layout() == Layout.DESCALED_TILES) {
                    float[] tried = buffers.take(width);
                    descaled = Nibbles.descale(x, at, width, tried) ? tried : NONE;
                }
            }
            case PAIRS -> {
                integers = workspace.integers(rows * width / 2);
                NibblePairs.layOut(x, rows, width, integers, workers, workspace.scratch());
            }
            case QUADS_OF_NIBBLES, QUADS_OF_BYTES, BF16_PAIRS ->
                throw new IllegalArgumentException("made by compiled code: " + wanted);
        }
    }

    private static void roundToBf16(CpuTensor x, float[] out, Workers workers, Scratch scratch) {
        int elements = x.rows() * x.width();
        if (elements <= CpuOps.ELEMENT_GRAIN) { // nothing to share out, and so nothing to leave behind
            Bf16.round(x.data(), x.at(0), out, 0, elements);
            return;
        }
        workers.run(
                elements,
                CpuOps.ELEMENT_GRAIN,
                (from, to, its) -> Bf16.round(x.data(), x.at(0) + from, out, from, to - from),
                scratch);
    }

    int rows() {
        return rows;
    }

    int width() {
        return width;
    }

    /** What they are ready for. */
    Form form() {
        return form;
    }

    /**
     * The numbers to multiply with, {@code [rows, width]} from {@link #at} on: the activations, or what {@link Int8Rounding} or {@link
     * Bf16} made of them.
     */
    float[] x() {
        return x;
    }

    int at() {
        return at;
    }

    /**
     * What the products of each group of inputs are multiplied with, {@code [rows, width / groupSize]}; 1 for activations that are not
     * rounded.
     */
    float[] steps() {
        return steps;
    }

    /** Of the groups, {@code [rows, width / groupSize]}. */
    float[] sums() {
        return sums;
    }

    /** Several rows as {@link RowTiles} interleaves them. */
    float[] tiles() {
        return tiles;
    }

    /** A single row as {@link Nibbles} wants it; empty also where that would not be exact. */
    float[] descaled() {
        return descaled;
    }

    /** The rows as {@link NibblePairs} or {@link DotProducts} lays them out. */
    int[] integers() {
        return integers;
    }

    /** Whether these are the inputs for a matrix of that form. */
    @SuppressWarnings("ReferenceEquality") // a tensor is itself alone
    boolean serve(CpuTensor other, Form otherForm) {
        return source == other && form.equals(otherForm);
    }

    private static void round(
            CpuTensor x, int size, float[] q, float[] steps, float[] sums, Workers workers, Scratch scratch) {
        int groups = x.rows() * (x.width() / size);
        int grain = Math.max(1, CpuOps.ELEMENT_GRAIN / size);
        if (groups <= grain) { // nothing to share out
            round(x, size, q, steps, sums, 0, groups);
            return;
        }
        workers.run(groups, grain, (from, to, its) -> round(x, size, q, steps, sums, from, to), scratch);
    }

    private static void round(CpuTensor x, int size, float[] q, float[] steps, float[] sums, int from, int to) {
        for (int group = from; group < to; group++) {
            Int8Rounding.round(x.data(), x.at(0) + group * size, size, q, group * size, steps, sums, group);
        }
    }
}
