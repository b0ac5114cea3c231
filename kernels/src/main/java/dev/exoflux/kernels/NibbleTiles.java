package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.Lanes.S;
import static dev.exoflux.kernels.NativeMemory.ALL;
import static dev.exoflux.kernels.Packing.WORD_BYTES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * {@code x W^T} for several rows of rounded activations and 4-bit weights, two blocks of the matrix at a time: a group of
 * weights is unpacked into a panel of 16-bit lanes that stays in the first-level cache while all rows pass over it.
 *
 * <p>The panel holds the weights less 8, so that 32 products of at most 8 * 127 fit into a lane of 16 bits, which the whole
 * numbers' sum puts right again. The shapes of the tiles are those that ran fastest on each length of vectors; everything is
 * spelled out because the compiler keeps only local variables in registers.
 */
final class NibbleTiles {

    /** Largest group of inputs whose sums fit: 32 products in each half of a word. */
    static final int LARGEST_GROUP = 64;

    private static final int WIDTH = 2 * Lanes.BLOCK;
    private static final int CENTRE = 8;

    private static final int SCALES = 0;
    private static final int BIASES = SCALES + WIDTH;
    private static final int SUMS = BIASES + WIDTH;

    private final PackedMatrix w;
    private final int rows;
    private final int width;
    private final int groups;
    private final int size;
    private final int[] pairs;
    private final float[] steps;
    private final float[] sums;
    private final float[] work;
    private final int[] panel;

    NibbleTiles(PackedMatrix w, Inputs inputs, Scratch scratch) {
        this.w = w;
        this.rows = inputs.rows();
        this.width = w.columns();
        this.groups = w.packing().groups();
        this.size = width / groups;
        this.pairs = inputs.integers();
        this.steps = inputs.steps();
        this.sums = inputs.sums();
        this.work = scratch.floats(SUMS + rows * WIDTH);
        this.panel = scratch.ints(size / 2 * WIDTH);
    }

    /** Output columns of the blocks {@code [block, block + 2)}, as far as they exist. */
    void compute(int block, float[] out) {
        Arrays.fill(work, SUMS, SUMS + rows * WIDTH, 0);
        int blocks = Math.min(2, w.blocks() - block);
        for (int group = 0; group < groups; group++) {
            for (int b = 0; b < blocks; b++) {
                unpack(w.values(block + b, group), b * Lanes.BLOCK, w.packing().valueMask());
                w.packing()
                        .unpackScales(
                                w.group(block + b, group), work, SCALES + b * Lanes.BLOCK, BIASES + b * Lanes.BLOCK);
            }
            for (int row = 0; row < rows; row += NibblePairs.size(row, rows)) {
                multiply(row, group);
            }
        }
        int column = block * Lanes.BLOCK;
        int count = Math.min(WIDTH, w.rows() - column);
        for (int row = 0; row < rows; row++) {
            Outputs.store(work, SUMS + row * WIDTH, count, w.bias(), column, out, row * w.rows() + column);
        }
    }

    private void multiply(int row, int group) {
        switch (NibblePairs.size(row, rows)) {
            case 1 -> {
                for (int column = 0; column < WIDTH; column += 2 * LENGTH) {
                    rows1(row, group, column);
                }
            }
            case 4 -> {
                for (int column = 0; column < WIDTH; column += 2 * LENGTH) {
                    rows4(row, group, column);
                }
            }
            default -> {
                for (int column = 0; column < WIDTH; column += LENGTH) {
                    rows8(row, group, column);
                }
            }
        }
    }

    /** @param low 15, but no constant */
    private void unpack(long values, int at, int low) {
        ShortVector lowest = ShortVector.broadcast(S, (short) low);
        ShortVector centre = ShortVector.broadcast(S, (short) CENTRE);
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            long address = values + (long) lane * Integer.BYTES;
            int to = at + lane;
            for (int word = 0; word < size / 8; word++) {
                ShortVector words = IntVector.fromMemorySegment(I, ALL, address + word * WORD_BYTES, ORDER)
                        .reinterpretAsShorts();
                int line = to + word * 4 * WIDTH;
                words.and(lowest).sub(centre).reinterpretAsInts().intoArray(panel, line);
                words.lanewise(LSHR, 4)
                        .and(lowest)
                        .sub(centre)
                        .reinterpretAsInts()
                        .intoArray(panel, line + WIDTH);
                words.lanewise(LSHR, 8)
                        .and(lowest)
                        .sub(centre)
                        .reinterpretAsInts()
                        .intoArray(panel, line + 2 * WIDTH);
                words.lanewise(LSHR, 12).sub(centre).reinterpretAsInts().intoArray(panel, line + 3 * WIDTH);
            }
        }
    }

    /** For 8 rows and 1 vector of columns. */
    private void rows8(int row, int group, int column) {
        int in = (row * width + group * size * 8) / 2;
        ShortVector pA0 = ShortVector.zero(S);
        ShortVector pA1 = ShortVector.zero(S);
        ShortVector pA2 = ShortVector.zero(S);
        ShortVector pA3 = ShortVector.zero(S);
        ShortVector pA4 = ShortVector.zero(S);
        ShortVector pA5 = ShortVector.zero(S);
        ShortVector pA6 = ShortVector.zero(S);
        ShortVector pA7 = ShortVector.zero(S);
        for (int k = 0; k < size / 2; k++) {
            ShortVector wA = IntVector.fromArray(I, panel, k * WIDTH + column).reinterpretAsShorts();
            ShortVector x0 = IntVector.broadcast(I, pairs[in + k * 8]).reinterpretAsShorts();
            pA0 = wA.mul(x0).add(pA0);
            ShortVector x1 = IntVector.broadcast(I, pairs[in + k * 8 + 1]).reinterpretAsShorts();
            pA1 = wA.mul(x1).add(pA1);
            ShortVector x2 = IntVector.broadcast(I, pairs[in + k * 8 + 2]).reinterpretAsShorts();
            pA2 = wA.mul(x2).add(pA2);
            ShortVector x3 = IntVector.broadcast(I, pairs[in + k * 8 + 3]).reinterpretAsShorts();
            pA3 = wA.mul(x3).add(pA3);
            ShortVector x4 = IntVector.broadcast(I, pairs[in + k * 8 + 4]).reinterpretAsShorts();
            pA4 = wA.mul(x4).add(pA4);
            ShortVector x5 = IntVector.broadcast(I, pairs[in + k * 8 + 5]).reinterpretAsShorts();
            pA5 = wA.mul(x5).add(pA5);
            ShortVector x6 = IntVector.broadcast(I, pairs[in + k * 8 + 6]).reinterpretAsShorts();
            pA6 = wA.mul(x6).add(pA6);
            ShortVector x7 = IntVector.broadcast(I, pairs[in + k * 8 + 7]).reinterpretAsShorts();
            pA7 = wA.mul(x7).add(pA7);
        }
        FloatVector scaleA = FloatVector.fromArray(F, work, SCALES + column);
        FloatVector biasA = FloatVector.fromArray(F, work, BIASES + column);
        int at = row * groups + group;
        int to = SUMS + row * WIDTH + column;
        float sum0 = sums[at];
        float step0 = steps[at];
        IntVector totalA0 = pA0.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum0), scaleA.mul((FloatVector) totalA0.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA0.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum0)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step0), FloatVector.fromArray(F, work, to))
                .intoArray(work, to);
        float sum1 = sums[at + groups];
        float step1 = steps[at + groups];
        IntVector totalA1 = pA1.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum1), scaleA.mul((FloatVector) totalA1.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA1.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum1)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step1), FloatVector.fromArray(F, work, to + WIDTH))
                .intoArray(work, to + WIDTH);
        float sum2 = sums[at + 2 * groups];
        float step2 = steps[at + 2 * groups];
        IntVector totalA2 = pA2.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum2), scaleA.mul((FloatVector) totalA2.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA2.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum2)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step2), FloatVector.fromArray(F, work, to + 2 * WIDTH))
                .intoArray(work, to + 2 * WIDTH);
        float sum3 = sums[at + 3 * groups];
        float step3 = steps[at + 3 * groups];
        IntVector totalA3 = pA3.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum3), scaleA.mul((FloatVector) totalA3.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA3.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum3)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step3), FloatVector.fromArray(F, work, to + 3 * WIDTH))
                .intoArray(work, to + 3 * WIDTH);
        float sum4 = sums[at + 4 * groups];
        float step4 = steps[at + 4 * groups];
        IntVector totalA4 = pA4.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum4), scaleA.mul((FloatVector) totalA4.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA4.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum4)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step4), FloatVector.fromArray(F, work, to + 4 * WIDTH))
                .intoArray(work, to + 4 * WIDTH);
        float sum5 = sums[at + 5 * groups];
        float step5 = steps[at + 5 * groups];
        IntVector totalA5 = pA5.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum5), scaleA.mul((FloatVector) totalA5.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA5.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum5)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step5), FloatVector.fromArray(F, work, to + 5 * WIDTH))
                .intoArray(work, to + 5 * WIDTH);
        float sum6 = sums[at + 6 * groups];
        float step6 = steps[at + 6 * groups];
        IntVector totalA6 = pA6.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum6), scaleA.mul((FloatVector) totalA6.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA6.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum6)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step6), FloatVector.fromArray(F, work, to + 6 * WIDTH))
                .intoArray(work, to + 6 * WIDTH);
        float sum7 = sums[at + 7 * groups];
        float step7 = steps[at + 7 * groups];
        IntVector totalA7 = pA7.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum7), scaleA.mul((FloatVector) totalA7.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA7.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum7)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step7), FloatVector.fromArray(F, work, to + 7 * WIDTH))
                .intoArray(work, to + 7 * WIDTH);
    }

    /** For 4 rows and 2 vectors of columns. */
    private void rows4(int row, int group, int column) {
        int in = (row * width + group * size * 4) / 2;
        ShortVector pA0 = ShortVector.zero(S);
        ShortVector pA1 = ShortVector.zero(S);
        ShortVector pA2 = ShortVector.zero(S);
        ShortVector pA3 = ShortVector.zero(S);
        ShortVector pB0 = ShortVector.zero(S);
        ShortVector pB1 = ShortVector.zero(S);
        ShortVector pB2 = ShortVector.zero(S);
        ShortVector pB3 = ShortVector.zero(S);
        for (int k = 0; k < size / 2; k++) {
            ShortVector wA = IntVector.fromArray(I, panel, k * WIDTH + column).reinterpretAsShorts();
            ShortVector wB =
                    IntVector.fromArray(I, panel, k * WIDTH + column + LENGTH).reinterpretAsShorts();
            ShortVector x0 = IntVector.broadcast(I, pairs[in + k * 4]).reinterpretAsShorts();
            pA0 = wA.mul(x0).add(pA0);
            pB0 = wB.mul(x0).add(pB0);
            ShortVector x1 = IntVector.broadcast(I, pairs[in + k * 4 + 1]).reinterpretAsShorts();
            pA1 = wA.mul(x1).add(pA1);
            pB1 = wB.mul(x1).add(pB1);
            ShortVector x2 = IntVector.broadcast(I, pairs[in + k * 4 + 2]).reinterpretAsShorts();
            pA2 = wA.mul(x2).add(pA2);
            pB2 = wB.mul(x2).add(pB2);
            ShortVector x3 = IntVector.broadcast(I, pairs[in + k * 4 + 3]).reinterpretAsShorts();
            pA3 = wA.mul(x3).add(pA3);
            pB3 = wB.mul(x3).add(pB3);
        }
        FloatVector scaleA = FloatVector.fromArray(F, work, SCALES + column);
        FloatVector biasA = FloatVector.fromArray(F, work, BIASES + column);
        FloatVector scaleB = FloatVector.fromArray(F, work, SCALES + column + LENGTH);
        FloatVector biasB = FloatVector.fromArray(F, work, BIASES + column + LENGTH);
        int at = row * groups + group;
        int to = SUMS + row * WIDTH + column;
        float sum0 = sums[at];
        float step0 = steps[at];
        IntVector totalA0 = pA0.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum0), scaleA.mul((FloatVector) totalA0.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA0.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum0)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step0), FloatVector.fromArray(F, work, to))
                .intoArray(work, to);
        IntVector totalB0 = pB0.reinterpretAsInts();
        biasB.fma(FloatVector.broadcast(F, sum0), scaleB.mul((FloatVector) totalB0.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalB0.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum0)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step0), FloatVector.fromArray(F, work, to + LENGTH))
                .intoArray(work, to + LENGTH);
        float sum1 = sums[at + groups];
        float step1 = steps[at + groups];
        IntVector totalA1 = pA1.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum1), scaleA.mul((FloatVector) totalA1.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA1.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum1)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step1), FloatVector.fromArray(F, work, to + WIDTH))
                .intoArray(work, to + WIDTH);
        IntVector totalB1 = pB1.reinterpretAsInts();
        biasB.fma(FloatVector.broadcast(F, sum1), scaleB.mul((FloatVector) totalB1.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalB1.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum1)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step1), FloatVector.fromArray(F, work, to + WIDTH + LENGTH))
                .intoArray(work, to + WIDTH + LENGTH);
        float sum2 = sums[at + 2 * groups];
        float step2 = steps[at + 2 * groups];
        IntVector totalA2 = pA2.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum2), scaleA.mul((FloatVector) totalA2.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA2.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum2)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step2), FloatVector.fromArray(F, work, to + 2 * WIDTH))
                .intoArray(work, to + 2 * WIDTH);
        IntVector totalB2 = pB2.reinterpretAsInts();
        biasB.fma(FloatVector.broadcast(F, sum2), scaleB.mul((FloatVector) totalB2.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalB2.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum2)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step2), FloatVector.fromArray(F, work, to + 2 * WIDTH + LENGTH))
                .intoArray(work, to + 2 * WIDTH + LENGTH);
        float sum3 = sums[at + 3 * groups];
        float step3 = steps[at + 3 * groups];
        IntVector totalA3 = pA3.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum3), scaleA.mul((FloatVector) totalA3.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA3.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum3)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step3), FloatVector.fromArray(F, work, to + 3 * WIDTH))
                .intoArray(work, to + 3 * WIDTH);
        IntVector totalB3 = pB3.reinterpretAsInts();
        biasB.fma(FloatVector.broadcast(F, sum3), scaleB.mul((FloatVector) totalB3.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalB3.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum3)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step3), FloatVector.fromArray(F, work, to + 3 * WIDTH + LENGTH))
                .intoArray(work, to + 3 * WIDTH + LENGTH);
    }

    /** For 1 row and 2 vectors of columns. */
    private void rows1(int row, int group, int column) {
        int in = (row * width + group * size) / 2;
        ShortVector pA0 = ShortVector.zero(S);
        ShortVector pB0 = ShortVector.zero(S);
        for (int k = 0; k < size / 2; k++) {
            ShortVector wA = IntVector.fromArray(I, panel, k * WIDTH + column).reinterpretAsShorts();
            ShortVector wB =
                    IntVector.fromArray(I, panel, k * WIDTH + column + LENGTH).reinterpretAsShorts();
            ShortVector x0 = IntVector.broadcast(I, pairs[in + k]).reinterpretAsShorts();
            pA0 = wA.mul(x0).add(pA0);
            pB0 = wB.mul(x0).add(pB0);
        }
        FloatVector scaleA = FloatVector.fromArray(F, work, SCALES + column);
        FloatVector biasA = FloatVector.fromArray(F, work, BIASES + column);
        FloatVector scaleB = FloatVector.fromArray(F, work, SCALES + column + LENGTH);
        FloatVector biasB = FloatVector.fromArray(F, work, BIASES + column + LENGTH);
        int at = row * groups + group;
        int to = SUMS + row * WIDTH + column;
        float sum0 = sums[at];
        float step0 = steps[at];
        IntVector totalA0 = pA0.reinterpretAsInts();
        biasA.fma(FloatVector.broadcast(F, sum0), scaleA.mul((FloatVector) totalA0.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalA0.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum0)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step0), FloatVector.fromArray(F, work, to))
                .intoArray(work, to);
        IntVector totalB0 = pB0.reinterpretAsInts();
        biasB.fma(FloatVector.broadcast(F, sum0), scaleB.mul((FloatVector) totalB0.lanewise(LSHL, Short.SIZE)
                        .lanewise(ASHR, Short.SIZE)
                        .add(totalB0.lanewise(ASHR, Short.SIZE))
                        .add(CENTRE * (int) sum0)
                        .convertShape(I2F, F, 0)))
                .fma(FloatVector.broadcast(F, step0), FloatVector.fromArray(F, work, to + LENGTH))
                .intoArray(work, to + LENGTH);
    }
}
