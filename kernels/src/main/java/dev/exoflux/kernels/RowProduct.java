package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;
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
 * <p>The loops are written for the compiler. It inlines the methods of the Vector API whatever the size of the caller, but
 * ours only up to some size, and a call that is not inlined allocates its vectors: so there are no helpers. It keeps only
 * local variables in registers: so there are no arrays of vectors.
 */
final class RowProduct {

    private static final int VECTORS = 4;

    private RowProduct() {}

    static boolean supports(Packing packing, Inputs inputs) {
        return inputs.rows() == 1
                && switch (packing.kind()) {
                    case F32, BF16 -> true;
                    case AFFINE ->
                        packing.bits() == 8
                                || (packing.bits() == 4
                                        && (inputs.integers().length > 0 || inputs.descaled().length > 0));
                    case F16, E2M1, E4M3 -> false;
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
        float[] x = inputs.x();
        int at = inputs.at();
        switch (packing.kind()) {
            case F32 -> f32(x, at, w.columns(), a, b, c, d, sums);
            case BF16 -> bf16(x, at, w.columns(), a, b, c, d, sums);
            case AFFINE -> {
                if (packing.bits() == 4 && inputs.integers().length > 0) {
                    NibbleRow.compute(packing, inputs, packing.valueMask(), a, b, c, d, sums);
                } else if (packing.bits() == 4) {
                    nibbles(
                            packing,
                            inputs.descaled(),
                            inputs.steps(),
                            inputs.sums(),
                            packing.valueMask(),
                            a,
                            b,
                            c,
                            d,
                            sums);
                } else {
                    bytes(packing, x, at, inputs.steps(), inputs.sums(), packing.valueMask(), a, b, c, d, sums);
                }
            }
            case F16, E2M1, E4M3 -> throw new IllegalArgumentException("no kernel for one row of " + packing);
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
            accA = FloatVector.fromMemorySegment(F, ALL, a + word, ORDER).fma(xk, accA);
            accB = FloatVector.fromMemorySegment(F, ALL, b + word, ORDER).fma(xk, accB);
            accC = FloatVector.fromMemorySegment(F, ALL, c + word, ORDER).fma(xk, accC);
            accD = FloatVector.fromMemorySegment(F, ALL, d + word, ORDER).fma(xk, accD);
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
            IntVector wA = IntVector.fromMemorySegment(I, ALL, a + word, ORDER);
            IntVector wB = IntVector.fromMemorySegment(I, ALL, b + word, ORDER);
            IntVector wC = IntVector.fromMemorySegment(I, ALL, c + word, ORDER);
            IntVector wD = IntVector.fromMemorySegment(I, ALL, d + word, ORDER);
            accA = wA.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(even, accA);
            accB = wB.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(even, accB);
            accC = wC.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(even, accC);
            accD = wD.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(even, accD);
            accA = wA.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(odd, accA);
            accB = wB.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(odd, accB);
            accC = wC.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(odd, accC);
            accD = wD.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(odd, accD);
        }
        if (columns > 2 * pairs) {
            long word = pairs * WORD_BYTES;
            FloatVector last = FloatVector.broadcast(F, x[at + 2 * pairs]);
            accA = IntVector.fromMemorySegment(I, ALL, a + word, ORDER)
                    .and(Packing.HIGH_HALF)
                    .reinterpretAsFloats()
                    .fma(last, accA);
            accB = IntVector.fromMemorySegment(I, ALL, b + word, ORDER)
                    .and(Packing.HIGH_HALF)
                    .reinterpretAsFloats()
                    .fma(last, accB);
            accC = IntVector.fromMemorySegment(I, ALL, c + word, ORDER)
                    .and(Packing.HIGH_HALF)
                    .reinterpretAsFloats()
                    .fma(last, accC);
            accD = IntVector.fromMemorySegment(I, ALL, d + word, ORDER)
                    .and(Packing.HIGH_HALF)
                    .reinterpretAsFloats()
                    .fma(last, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }

    /**
     * @param descaled as {@link Nibbles} has prepared it
     * @param low 15, but no constant: the compiler would load that anew for every use
     */
    private static void nibbles(
            Packing packing,
            float[] descaled,
            float[] steps,
            float[] groupSums,
            int low,
            long a,
            long b,
            long c,
            long d,
            float[] sums) {
        int scaleShift = packing.scales().scaleShift();
        int biasMask = packing.scales().biasMask();
        long biasOffset = packing.scales().biasOffset();
        IntVector lower = IntVector.broadcast(I, low);
        IntVector upper = lower.lanewise(LSHL, 4);
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
                IntVector wA = IntVector.fromMemorySegment(I, ALL, a + offset, ORDER);
                IntVector wB = IntVector.fromMemorySegment(I, ALL, b + offset, ORDER);
                IntVector wC = IntVector.fromMemorySegment(I, ALL, c + offset, ORDER);
                IntVector wD = IntVector.fromMemorySegment(I, ALL, d + offset, ORDER);
                for (int i = 0; i < 8; i += 2) {
                    FloatVector even = FloatVector.broadcast(F, descaled[k + i]);
                    FloatVector odd = FloatVector.broadcast(F, descaled[k + i + 1]);
                    pA = ((FloatVector) wA.and(lower).convertShape(I2F, F, 0)).fma(even, pA);
                    pB = ((FloatVector) wB.and(lower).convertShape(I2F, F, 0)).fma(even, pB);
                    pC = ((FloatVector) wC.and(lower).convertShape(I2F, F, 0)).fma(even, pC);
                    pD = ((FloatVector) wD.and(lower).convertShape(I2F, F, 0)).fma(even, pD);
                    pA = ((FloatVector) wA.and(upper).convertShape(I2F, F, 0)).fma(odd, pA);
                    pB = ((FloatVector) wB.and(upper).convertShape(I2F, F, 0)).fma(odd, pB);
                    pC = ((FloatVector) wC.and(upper).convertShape(I2F, F, 0)).fma(odd, pC);
                    pD = ((FloatVector) wD.and(upper).convertShape(I2F, F, 0)).fma(odd, pD);
                    wA = wA.lanewise(LSHR, Byte.SIZE);
                    wB = wB.lanewise(LSHR, Byte.SIZE);
                    wC = wC.lanewise(LSHR, Byte.SIZE);
                    wD = wD.lanewise(LSHR, Byte.SIZE);
                }
            }
            FloatVector sum = FloatVector.broadcast(F, groupSums[g]);
            FloatVector step = FloatVector.broadcast(F, steps[g]);
            accA = IntVector.fromMemorySegment(I, ALL, a + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, a + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pA))
                    .fma(step, accA);
            accB = IntVector.fromMemorySegment(I, ALL, b + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, b + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pB))
                    .fma(step, accB);
            accC = IntVector.fromMemorySegment(I, ALL, c + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, c + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pC))
                    .fma(step, accC);
            accD = IntVector.fromMemorySegment(I, ALL, d + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, d + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pD))
                    .fma(step, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }

    /** @param low 255, but no constant */
    private static void bytes(
            Packing packing,
            float[] x,
            int xAt,
            float[] steps,
            float[] groupSums,
            int low,
            long a,
            long b,
            long c,
            long d,
            float[] sums) {
        int scaleShift = packing.scales().scaleShift();
        int biasMask = packing.scales().biasMask();
        long biasOffset = packing.scales().biasOffset();
        IntVector lowest = IntVector.broadcast(I, low);
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
                IntVector wA = IntVector.fromMemorySegment(I, ALL, a + offset, ORDER);
                IntVector wB = IntVector.fromMemorySegment(I, ALL, b + offset, ORDER);
                IntVector wC = IntVector.fromMemorySegment(I, ALL, c + offset, ORDER);
                IntVector wD = IntVector.fromMemorySegment(I, ALL, d + offset, ORDER);
                for (int i = 0; i < 4; i++) {
                    FloatVector xk = FloatVector.broadcast(F, x[at + word * 4 + i]);
                    pA = ((FloatVector) wA.and(lowest).convertShape(I2F, F, 0)).fma(xk, pA);
                    pB = ((FloatVector) wB.and(lowest).convertShape(I2F, F, 0)).fma(xk, pB);
                    pC = ((FloatVector) wC.and(lowest).convertShape(I2F, F, 0)).fma(xk, pC);
                    pD = ((FloatVector) wD.and(lowest).convertShape(I2F, F, 0)).fma(xk, pD);
                    wA = wA.lanewise(LSHR, Byte.SIZE);
                    wB = wB.lanewise(LSHR, Byte.SIZE);
                    wC = wC.lanewise(LSHR, Byte.SIZE);
                    wD = wD.lanewise(LSHR, Byte.SIZE);
                }
            }
            FloatVector sum = FloatVector.broadcast(F, groupSums[g]);
            FloatVector step = FloatVector.broadcast(F, steps[g]);
            accA = IntVector.fromMemorySegment(I, ALL, a + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, a + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pA))
                    .fma(step, accA);
            accB = IntVector.fromMemorySegment(I, ALL, b + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, b + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pB))
                    .fma(step, accB);
            accC = IntVector.fromMemorySegment(I, ALL, c + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, c + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pC))
                    .fma(step, accC);
            accD = IntVector.fromMemorySegment(I, ALL, d + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, d + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul(pD))
                    .fma(step, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }
}
