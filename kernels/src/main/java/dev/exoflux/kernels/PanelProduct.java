package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Tiles.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@code x W^T} for several rows, and for the forms that have no {@linkplain RowProduct kernel of their own} for one: two
 * blocks of the matrix at a time, unpacked piece by piece into a panel that stays in the first-level cache while all rows
 * pass over it.
 */
final class PanelProduct {

    /** Inputs unpacked at a time: whole groups of any size. */
    private static final int DEPTH = 128;

    private static final int PANEL = 0;
    private static final int SCALES = PANEL + DEPTH * WIDTH;
    private static final int BIASES = SCALES + WIDTH;
    private static final int PARTIAL = BIASES + WIDTH;
    private static final int SUMS = PARTIAL + 12 * WIDTH;

    private final PackedMatrix w;
    private final Inputs inputs;
    private final int rows;
    private final float[] x;
    private final int xAt;
    private final float[] work;

    PanelProduct(PackedMatrix w, Inputs inputs, Scratch scratch) {
        this.w = w;
        this.inputs = inputs;
        this.rows = inputs.rows();
        boolean tiled = rows > 1;
        this.x = tiled ? inputs.tiles() : inputs.x();
        this.xAt = tiled ? 0 : inputs.at();
        this.work = scratch.floats(SUMS + rows * WIDTH);
    }

    /** Output columns of the blocks {@code [block, block + 2)}, as far as they exist. */
    void compute(int block, float[] out) {
        Arrays.fill(work, SUMS, SUMS + rows * WIDTH, 0);
        int blocks = Math.min(2, w.blocks() - block);
        for (int k = 0; k < w.columns(); k += DEPTH) {
            int count = Math.min(DEPTH, w.columns() - k);
            if (w.packing().scaleWords() == 0) {
                for (int b = 0; b < blocks; b++) {
                    unpack(block + b, 0, k, count, b * Lanes.BLOCK);
                }
                dense(k, count);
            } else {
                grouped(block, blocks, k, count);
            }
        }
        store(block * Lanes.BLOCK, out);
    }

    private void unpack(int block, int group, int from, int count, int at) {
        Panels.unpack(w.packing(), w.values(block, group), from, count, work, PANEL + at);
    }

    private void dense(int k, int count) {
        for (int row = 0; row < rows; row += RowTiles.size(row, rows)) {
            multiply(row, k, count, SUMS + row * WIDTH);
        }
    }

    private void grouped(int block, int blocks, int k, int count) {
        int size = w.columns() / w.packing().groups();
        for (int from = 0; from < count; from += size) {
            int group = (k + from) / size;
            for (int b = 0; b < blocks; b++) {
                unpack(block + b, group, 0, size, b * Lanes.BLOCK);
                w.packing()
                        .unpackScales(
                                w.group(block + b, group), work, SCALES + b * Lanes.BLOCK, BIASES + b * Lanes.BLOCK);
            }
            for (int row = 0; row < rows; row += RowTiles.size(row, rows)) {
                int tile = RowTiles.size(row, rows);
                Arrays.fill(work, PARTIAL, PARTIAL + tile * WIDTH, 0);
                multiply(row, k + from, size, PARTIAL);
                for (int r = 0; r < tile; r++) {
                    scale(row + r, PARTIAL + r * WIDTH, group);
                }
            }
        }
    }

    /** Adds the products of the tile at row {@code row}, from input {@code k} on, with the panel. */
    private void multiply(int row, int k, int count, int to) {
        int tile = RowTiles.size(row, rows);
        int in = xAt + row * w.columns() + k * tile;
        switch (tile) {
            case 1 -> {
                for (int i = 0; i < WIDTH; i += 2 * LENGTH) {
                    Tiles.rows1(x, in, count, work, PANEL + i, work, to + i);
                }
            }
            case 4 -> {
                for (int i = 0; i < WIDTH; i += 2 * LENGTH) {
                    Tiles.rows4(x, in, count, work, PANEL + i, work, to + i);
                }
            }
            default -> {
                for (int i = 0; i < WIDTH; i += LENGTH) {
                    Tiles.rows12(x, in, count, work, PANEL + i, work, to + i);
                }
            }
        }
    }

    /** Adds a group's products to the sums of a row, and its bias where it has one. */
    private void scale(int row, int partial, int group) {
        int to = SUMS + row * WIDTH;
        if (inputs.form().groupSize() == 0) {
            for (int i = 0; i < WIDTH; i += LENGTH) {
                FloatVector.fromArray(F, work, SCALES + i)
                        .fma(FloatVector.fromArray(F, work, partial + i), FloatVector.fromArray(F, work, to + i))
                        .intoArray(work, to + i);
            }
            return;
        }
        int at = row * w.packing().groups() + group;
        FloatVector sum = FloatVector.broadcast(F, inputs.sums()[at]);
        FloatVector step = FloatVector.broadcast(F, inputs.steps()[at]);
        for (int i = 0; i < WIDTH; i += LENGTH) {
            FloatVector.fromArray(F, work, BIASES + i)
                    .fma(
                            sum,
                            FloatVector.fromArray(F, work, SCALES + i).mul(FloatVector.fromArray(F, work, partial + i)))
                    .fma(step, FloatVector.fromArray(F, work, to + i))
                    .intoArray(work, to + i);
        }
    }

    private void store(int column, float[] out) {
        int count = Math.min(WIDTH, w.rows() - column);
        for (int row = 0; row < rows; row++) {
            Outputs.store(work, SUMS + row * WIDTH, count, w.bias(), column, out, row * w.rows() + column);
        }
    }
}
