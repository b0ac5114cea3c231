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

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * {@code x W^T} for a single row of rounded activations and 4-bit weights, straight from the packed words, in 16-bit lanes:
 * 16 products of at most 15 * 127 fit into one.
 *
 * <p>Written for the compiler, as {@link RowProduct} says.
 */
final class NibbleRow {

    /** Words whose products are added up in 16 bits. */
    private static final int WORDS = 4;

    private NibbleRow() {}

    /**
     * Sums of four vectors of output rows.
     *
     * @param a address of the first group of the first vector's rows
     * @param low 15, but no constant: the compiler would load that anew for every use
     * @param sums receives {@code [4 * LENGTH]}
     */
    static void compute(Packing packing, Inputs inputs, int low, long a, long b, long c, long d, float[] sums) {
        int[] pairs = inputs.integers();
        float[] steps = inputs.steps();
        float[] groupSums = inputs.sums();
        int scaleShift = packing.scales().scaleShift();
        int biasMask = packing.scales().biasMask();
        long biasOffset = packing.scales().biasOffset();
        ShortVector lowest = ShortVector.broadcast(S, (short) low);
        FloatVector accA = FloatVector.zero(F);
        FloatVector accB = FloatVector.zero(F);
        FloatVector accC = FloatVector.zero(F);
        FloatVector accD = FloatVector.zero(F);
        for (int g = 0; g < packing.groups(); g++) {
            long group = g * packing.groupBytes();
            long values = group + packing.scaleWords() * WORD_BYTES;
            int at = g * packing.valueWords();
            IntVector totalA = IntVector.zero(I);
            IntVector totalB = IntVector.zero(I);
            IntVector totalC = IntVector.zero(I);
            IntVector totalD = IntVector.zero(I);
            for (int first = 0; first < packing.valueWords(); first += WORDS) {
                ShortVector pA = ShortVector.zero(S);
                ShortVector pB = ShortVector.zero(S);
                ShortVector pC = ShortVector.zero(S);
                ShortVector pD = ShortVector.zero(S);
                for (int word = first; word < first + WORDS; word++) {
                    long offset = values + word * WORD_BYTES;
                    int pair = (at + word) * 4;
                    ShortVector x0 = IntVector.broadcast(I, pairs[pair]).reinterpretAsShorts();
                    ShortVector x1 = IntVector.broadcast(I, pairs[pair + 1]).reinterpretAsShorts();
                    ShortVector x2 = IntVector.broadcast(I, pairs[pair + 2]).reinterpretAsShorts();
                    ShortVector x3 = IntVector.broadcast(I, pairs[pair + 3]).reinterpretAsShorts();
                    ShortVector wA = IntVector.fromMemorySegment(I, ALL, a + offset, ORDER)
                            .reinterpretAsShorts();
                    ShortVector wB = IntVector.fromMemorySegment(I, ALL, b + offset, ORDER)
                            .reinterpretAsShorts();
                    ShortVector wC = IntVector.fromMemorySegment(I, ALL, c + offset, ORDER)
                            .reinterpretAsShorts();
                    ShortVector wD = IntVector.fromMemorySegment(I, ALL, d + offset, ORDER)
                            .reinterpretAsShorts();
                    pA = wA.and(lowest).mul(x0).add(pA);
                    pB = wB.and(lowest).mul(x0).add(pB);
                    pC = wC.and(lowest).mul(x0).add(pC);
                    pD = wD.and(lowest).mul(x0).add(pD);
                    pA = wA.lanewise(LSHR, 4).and(lowest).mul(x1).add(pA);
                    pB = wB.lanewise(LSHR, 4).and(lowest).mul(x1).add(pB);
                    pC = wC.lanewise(LSHR, 4).and(lowest).mul(x1).add(pC);
                    pD = wD.lanewise(LSHR, 4).and(lowest).mul(x1).add(pD);
                    pA = wA.lanewise(LSHR, 8).and(lowest).mul(x2).add(pA);
                    pB = wB.lanewise(LSHR, 8).and(lowest).mul(x2).add(pB);
                    pC = wC.lanewise(LSHR, 8).and(lowest).mul(x2).add(pC);
                    pD = wD.lanewise(LSHR, 8).and(lowest).mul(x2).add(pD);
                    pA = wA.lanewise(LSHR, 12).mul(x3).add(pA);
                    pB = wB.lanewise(LSHR, 12).mul(x3).add(pB);
                    pC = wC.lanewise(LSHR, 12).mul(x3).add(pC);
                    pD = wD.lanewise(LSHR, 12).mul(x3).add(pD);
                }
                IntVector halfA = pA.reinterpretAsInts();
                totalA = totalA.add(halfA.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE))
                        .add(halfA.lanewise(ASHR, Short.SIZE));
                IntVector halfB = pB.reinterpretAsInts();
                totalB = totalB.add(halfB.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE))
                        .add(halfB.lanewise(ASHR, Short.SIZE));
                IntVector halfC = pC.reinterpretAsInts();
                totalC = totalC.add(halfC.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE))
                        .add(halfC.lanewise(ASHR, Short.SIZE));
                IntVector halfD = pD.reinterpretAsInts();
                totalD = totalD.add(halfD.lanewise(LSHL, Short.SIZE).lanewise(ASHR, Short.SIZE))
                        .add(halfD.lanewise(ASHR, Short.SIZE));
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
                                    .mul((FloatVector) totalA.convertShape(I2F, F, 0)))
                    .fma(step, accA);
            accB = IntVector.fromMemorySegment(I, ALL, b + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, b + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul((FloatVector) totalB.convertShape(I2F, F, 0)))
                    .fma(step, accB);
            accC = IntVector.fromMemorySegment(I, ALL, c + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, c + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul((FloatVector) totalC.convertShape(I2F, F, 0)))
                    .fma(step, accC);
            accD = IntVector.fromMemorySegment(I, ALL, d + group + biasOffset, ORDER)
                    .and(biasMask)
                    .reinterpretAsFloats()
                    .fma(
                            sum,
                            IntVector.fromMemorySegment(I, ALL, d + group, ORDER)
                                    .lanewise(LSHL, scaleShift)
                                    .reinterpretAsFloats()
                                    .mul((FloatVector) totalD.convertShape(I2F, F, 0)))
                    .fma(step, accD);
        }
        accA.intoArray(sums, 0);
        accB.intoArray(sums, LENGTH);
        accC.intoArray(sums, 2 * LENGTH);
        accD.intoArray(sums, 3 * LENGTH);
    }
}
