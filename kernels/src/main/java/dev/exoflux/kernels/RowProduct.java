package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Packing.WORD_BYTES;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * {@code x W^T} for a single row, straight from the packed words: as fast as memory brings them, if the processor can keep
 * up. Four vectors of rows at once, because each is one chain of dependent products.
 *
 * <p>The loops are written for the compiler: few calls in each body (beyond some number it stops inlining and allocates
 * vectors), and no array of vectors (they would be allocated too).
 */
final class RowProduct {

    private static final int VECTORS = 4;
    private static final int HIGH_HALF = 0xFFFF0000;

    private RowProduct() {}

    static boolean supports(Packing packing, Inputs inputs) {
        return inputs.x().rows() == 1
                && switch (packing.kind()) {
                    case F32, BF16 -> true;
                    case AFFINE -> packing.bits() == 8 || (packing.bits() == 4 && inputs.descaled().length > 0);
                    case F16, MXFP4 -> false;
                };
    }

    /** Output columns of one {@linkplain PackedMatrix#UNIT_BLOCKS unit}. */
    static void compute(PackedMatrix w, Inputs inputs, int unit, float[] out, Scratch scratch) {
        int firstRow = unit * PackedMatrix.UNIT_BLOCKS * Lanes.BLOCK;
        int last = w.blocks() * Lanes.BLOCK - LENGTH;
        float[] sums = scratch.floats(VECTORS * LENGTH);
        for (int i = 0; i < PackedMatrix.UNIT_BLOCKS * Lanes.BLOCK; i += VECTORS * LENGTH) {
            int row = firstRow + i;
            if (row >= w.rows()) {
                return;
            }
            // beyond the end the last vector is computed again and not stored
            compute(
                    w,
                    inputs,
                    address(w, row),
                    address(w, Math.min(last, row + LENGTH)),
                    address(w, Math.min(last, row + 2 * LENGTH)),
                    address(w, Math.min(last, row + 3 * LENGTH)),
                    sums);
            Outputs.store(sums, 0, Math.min(VECTORS * LENGTH, w.rows() - row), w.bias(), row, out, row);
        }
    }

    private static long address(PackedMatrix w, int row) {
        return w.group(row / Lanes.BLOCK, 0) + (long) (row % Lanes.BLOCK) * Integer.BYTES;
    }

    private static void compute(PackedMatrix w, Inputs inputs, long a, long b, long c, long d, float[] sums) {
        Packing packing = w.packing();
        float[] x = inputs.x().data();
        int at = inputs.x().at(0);
        switch (packing.kind()) {
            case F32 -> f32(x, at, w.columns(), a, b, c, d, sums);
            case BF16 -> bf16(x, at, w.columns(), a, b, c, d, sums);
            case AFFINE -> {
                if (packing.bits() == 4) {
                    nibbles(packing, inputs.descaled(), inputs.sums(), a, b, c, d, sums);
                } else {
                    bytes(packing, x, at, inputs.sums(), a, b, c, d, sums);
                }
            }
            case F16, MXFP4 -> throw new IllegalArgumentException("no kernel for one row of " + packing);
        }
    }

    private static void f32(float[] x, int at, int columns, long a, long b, long c, long d, float[] sums) {
        FloatVector accA = FloatVector.zero(F);
        FloatVector accB = FloatVector.zero(F);
        FloatVector accC = FloatVector.zero(F);
        FloatVector accD = FloatVector.zero(F);
        for (int k = 0; k < columns; k++) {
            long word = k * WORD_BYTES;
            FloatVector xk = FloatVector.broadcast(F, x[at + k]);
            accA = Lanes.floats(a + word).fma(xk, accA);
            accB = Lanes.floats(b + word).fma(xk, accB);
            accC = Lanes.floats(c + word).fma(xk, accC);
            accD = Lanes.floats(d + word).fma(xk, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }

    private static void bf16(float[] x, int at, int columns, long a, long b, long c, long d, float[] sums) {
        FloatVector accA = FloatVector.zero(F);
        FloatVector accB = FloatVector.zero(F);
        FloatVector accC = FloatVector.zero(F);
        FloatVector accD = FloatVector.zero(F);
        int pairs = columns / 2;
        for (int k = 0; k < pairs; k++) {
            long word = k * WORD_BYTES;
            FloatVector even = FloatVector.broadcast(F, x[at + 2 * k]);
            FloatVector odd = FloatVector.broadcast(F, x[at + 2 * k + 1]);
            IntVector wA = Lanes.ints(a + word);
            IntVector wB = Lanes.ints(b + word);
            IntVector wC = Lanes.ints(c + word);
            IntVector wD = Lanes.ints(d + word);
            accA = low(wA).fma(even, accA);
            accB = low(wB).fma(even, accB);
            accC = low(wC).fma(even, accC);
            accD = low(wD).fma(even, accD);
            accA = high(wA).fma(odd, accA);
            accB = high(wB).fma(odd, accB);
            accC = high(wC).fma(odd, accC);
            accD = high(wD).fma(odd, accD);
        }
        if (columns > 2 * pairs) {
            long word = pairs * WORD_BYTES;
            FloatVector last = FloatVector.broadcast(F, x[at + 2 * pairs]);
            accA = low(Lanes.ints(a + word)).fma(last, accA);
            accB = low(Lanes.ints(b + word)).fma(last, accB);
            accC = low(Lanes.ints(c + word)).fma(last, accC);
            accD = low(Lanes.ints(d + word)).fma(last, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }

    private static FloatVector low(IntVector words) {
        return words.lanewise(LSHL, Short.SIZE).reinterpretAsFloats();
    }

    private static FloatVector high(IntVector words) {
        return words.and(HIGH_HALF).reinterpretAsFloats();
    }

    /**
     * Seven of the eight values of a word are masked out where they stand, which makes them {@code 16^i} times as large;
     * the inputs have been made as much smaller, so that the products are the same. It saves a shift for each.
     */
    private static void nibbles(
            Packing packing, float[] descaled, float[] groupSums, long a, long b, long c, long d, float[] sums) {
        FloatVector accA = FloatVector.zero(F);
        FloatVector accB = FloatVector.zero(F);
        FloatVector accC = FloatVector.zero(F);
        FloatVector accD = FloatVector.zero(F);
        for (int g = 0; g < packing.groups(); g++) {
            long group = g * packing.groupBytes();
            long values = group + packing.scaleWords() * WORD_BYTES;
            int at = g * packing.valueWords() * 8;
            FloatVector pA = FloatVector.zero(F);
            FloatVector pB = FloatVector.zero(F);
            FloatVector pC = FloatVector.zero(F);
            FloatVector pD = FloatVector.zero(F);
            for (int word = 0; word < packing.valueWords(); word++) {
                long offset = values + word * WORD_BYTES;
                int k = at + word * 8;
                IntVector wA = Lanes.ints(a + offset);
                IntVector wB = Lanes.ints(b + offset);
                IntVector wC = Lanes.ints(c + offset);
                IntVector wD = Lanes.ints(d + offset);
                IntVector mask = IntVector.broadcast(Lanes.I, 15);
                for (int i = 0; i < 7; i++) {
                    FloatVector xk = FloatVector.broadcast(F, descaled[k + i]);
                    pA = toFloats(wA.and(mask)).fma(xk, pA);
                    pB = toFloats(wB.and(mask)).fma(xk, pB);
                    pC = toFloats(wC.and(mask)).fma(xk, pC);
                    pD = toFloats(wD.and(mask)).fma(xk, pD);
                    mask = mask.lanewise(LSHL, 4);
                }
                FloatVector last = FloatVector.broadcast(F, descaled[k + 7]);
                pA = toFloats(wA.lanewise(LSHR, 28)).fma(last, pA);
                pB = toFloats(wB.lanewise(LSHR, 28)).fma(last, pB);
                pC = toFloats(wC.lanewise(LSHR, 28)).fma(last, pC);
                pD = toFloats(wD.lanewise(LSHR, 28)).fma(last, pD);
            }
            FloatVector sum = FloatVector.broadcast(F, groupSums[g]);
            accA = PanelProduct.scaleOf(packing, a + group).fma(pA, accA);
            accB = PanelProduct.scaleOf(packing, b + group).fma(pB, accB);
            accC = PanelProduct.scaleOf(packing, c + group).fma(pC, accC);
            accD = PanelProduct.scaleOf(packing, d + group).fma(pD, accD);
            accA = PanelProduct.biasOf(packing, a + group).fma(sum, accA);
            accB = PanelProduct.biasOf(packing, b + group).fma(sum, accB);
            accC = PanelProduct.biasOf(packing, c + group).fma(sum, accC);
            accD = PanelProduct.biasOf(packing, d + group).fma(sum, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }

    private static void bytes(
            Packing packing, float[] x, int xAt, float[] groupSums, long a, long b, long c, long d, float[] sums) {
        FloatVector accA = FloatVector.zero(F);
        FloatVector accB = FloatVector.zero(F);
        FloatVector accC = FloatVector.zero(F);
        FloatVector accD = FloatVector.zero(F);
        for (int g = 0; g < packing.groups(); g++) {
            long group = g * packing.groupBytes();
            long values = group + packing.scaleWords() * WORD_BYTES;
            int at = xAt + g * packing.valueWords() * 4;
            FloatVector pA = FloatVector.zero(F);
            FloatVector pB = FloatVector.zero(F);
            FloatVector pC = FloatVector.zero(F);
            FloatVector pD = FloatVector.zero(F);
            for (int word = 0; word < packing.valueWords(); word++) {
                long offset = values + word * WORD_BYTES;
                IntVector wA = Lanes.ints(a + offset);
                IntVector wB = Lanes.ints(b + offset);
                IntVector wC = Lanes.ints(c + offset);
                IntVector wD = Lanes.ints(d + offset);
                for (int i = 0; i < 4; i++) {
                    FloatVector xk = FloatVector.broadcast(F, x[at + word * 4 + i]);
                    pA = toFloats(wA.and(0xFF)).fma(xk, pA);
                    pB = toFloats(wB.and(0xFF)).fma(xk, pB);
                    pC = toFloats(wC.and(0xFF)).fma(xk, pC);
                    pD = toFloats(wD.and(0xFF)).fma(xk, pD);
                    wA = wA.lanewise(LSHR, Byte.SIZE);
                    wB = wB.lanewise(LSHR, Byte.SIZE);
                    wC = wC.lanewise(LSHR, Byte.SIZE);
                    wD = wD.lanewise(LSHR, Byte.SIZE);
                }
            }
            FloatVector sum = FloatVector.broadcast(F, groupSums[g]);
            accA = PanelProduct.scaleOf(packing, a + group).fma(pA, accA);
            accB = PanelProduct.scaleOf(packing, b + group).fma(pB, accB);
            accC = PanelProduct.scaleOf(packing, c + group).fma(pC, accC);
            accD = PanelProduct.scaleOf(packing, d + group).fma(pD, accD);
            accA = PanelProduct.biasOf(packing, a + group).fma(sum, accA);
            accB = PanelProduct.biasOf(packing, b + group).fma(sum, accB);
            accC = PanelProduct.biasOf(packing, c + group).fma(sum, accC);
            accD = PanelProduct.biasOf(packing, d + group).fma(sum, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }

    private static FloatVector toFloats(IntVector ints) {
        return (FloatVector) ints.convertShape(I2F, F, 0);
    }
}
