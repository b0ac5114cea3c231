package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The loops of {@link VectorAttention} over keys and values of 8 bits: what is added up in floats are whole numbers. */
final class Int8Attention {

    private static final int BYTE = Byte.SIZE;

    private Int8Attention() {}

    /**
     * As {@link F32Attention#scores}, four elements in each word.
     *
     * @param q whole numbers, with zeros up to a multiple of four
     * @param words of a key
     * @param steps address of those of the positions
     */
    static void scores(
            float[] q,
            int qAt,
            int words,
            long a,
            long b,
            long c,
            long d,
            long steps,
            float scale,
            float[] out,
            int at) {
        FloatVector sumA = FloatVector.zero(F);
        FloatVector sumB = FloatVector.zero(F);
        FloatVector sumC = FloatVector.zero(F);
        FloatVector sumD = FloatVector.zero(F);
        for (int i = 0; i < words; i++) {
            long line = i * KvLayout.LINE_BYTES;
            IntVector wordA = IntVector.fromMemorySegment(I, ALL, a + line, ORDER);
            IntVector wordB = IntVector.fromMemorySegment(I, ALL, b + line, ORDER);
            IntVector wordC = IntVector.fromMemorySegment(I, ALL, c + line, ORDER);
            IntVector wordD = IntVector.fromMemorySegment(I, ALL, d + line, ORDER);
            FloatVector first = FloatVector.broadcast(F, q[qAt + 4 * i]);
            sumA = ((FloatVector) wordA.lanewise(LSHL, 3 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(first, sumA);
            sumB = ((FloatVector) wordB.lanewise(LSHL, 3 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(first, sumB);
            sumC = ((FloatVector) wordC.lanewise(LSHL, 3 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(first, sumC);
            sumD = ((FloatVector) wordD.lanewise(LSHL, 3 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(first, sumD);
            FloatVector second = FloatVector.broadcast(F, q[qAt + 4 * i + 1]);
            sumA = ((FloatVector) wordA.lanewise(LSHL, 2 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(second, sumA);
            sumB = ((FloatVector) wordB.lanewise(LSHL, 2 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(second, sumB);
            sumC = ((FloatVector) wordC.lanewise(LSHL, 2 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(second, sumC);
            sumD = ((FloatVector) wordD.lanewise(LSHL, 2 * BYTE)
                            .lanewise(ASHR, 3 * BYTE)
                            .convert(VectorOperators.I2F, 0))
                    .fma(second, sumD);
            FloatVector third = FloatVector.broadcast(F, q[qAt + 4 * i + 2]);
            sumA = ((FloatVector)
                            wordA.lanewise(LSHL, BYTE).lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0))
                    .fma(third, sumA);
            sumB = ((FloatVector)
                            wordB.lanewise(LSHL, BYTE).lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0))
                    .fma(third, sumB);
            sumC = ((FloatVector)
                            wordC.lanewise(LSHL, BYTE).lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0))
                    .fma(third, sumC);
            sumD = ((FloatVector)
                            wordD.lanewise(LSHL, BYTE).lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0))
                    .fma(third, sumD);
            FloatVector fourth = FloatVector.broadcast(F, q[qAt + 4 * i + 3]);
            sumA = ((FloatVector) wordA.lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0)).fma(fourth, sumA);
            sumB = ((FloatVector) wordB.lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0)).fma(fourth, sumB);
            sumC = ((FloatVector) wordC.lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0)).fma(fourth, sumC);
            sumD = ((FloatVector) wordD.lanewise(ASHR, 3 * BYTE).convert(VectorOperators.I2F, 0)).fma(fourth, sumD);
        }
        sumA.mul(FloatVector.fromMemorySegment(F, ALL, steps, ORDER)).mul(scale).intoArray(out, at);
        sumB.mul(FloatVector.fromMemorySegment(F, ALL, steps + Lanes.BYTES, ORDER))
                .mul(scale)
                .intoArray(out, at + LENGTH);
        sumC.mul(FloatVector.fromMemorySegment(F, ALL, steps + 2 * Lanes.BYTES, ORDER))
                .mul(scale)
                .intoArray(out, at + 2 * LENGTH);
        sumD.mul(FloatVector.fromMemorySegment(F, ALL, steps + 3 * Lanes.BYTES, ORDER))
                .mul(scale)
                .intoArray(out, at + 3 * LENGTH);
    }

    /** Multiplies the weights of {@code count} positions with the steps of their values. */
    static void scale(float[] work, int weights, int count, long steps) {
        for (int p = 0; p < count; p++) {
            work[weights + p] *= ALL.get(JAVA_FLOAT, steps + (long) p * Float.BYTES);
        }
    }

    /** As {@link F32Attention#addValues}, the weights multiplied with the steps already. */
    static void addValues(float[] work, int weights, int count, long values, int stride, int to) {
        for (int i = 0; i < stride / 4; i += LENGTH) {
            addWord(work, weights, count, values + (long) i * Integer.BYTES, stride, to + i, stride / 4);
        }
    }

    /** A vector of words: their parts from {@code at} on, {@code apart} elements from one to the next. */
    private static void addWord(
            float[] work, int weights, int count, long values, long strideBytes, int at, int apart) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + apart);
        FloatVector c = FloatVector.fromArray(F, work, at + 2 * apart);
        FloatVector d = FloatVector.fromArray(F, work, at + 3 * apart);
        for (int p = 0; p < count; p++) {
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            IntVector words = IntVector.fromMemorySegment(I, ALL, values + p * strideBytes, ORDER);
            IntVector first = words.lanewise(LSHL, 3 * BYTE).lanewise(ASHR, 3 * BYTE);
            IntVector second = words.lanewise(LSHL, 2 * BYTE).lanewise(ASHR, 3 * BYTE);
            IntVector third = words.lanewise(LSHL, BYTE).lanewise(ASHR, 3 * BYTE);
            IntVector fourth = words.lanewise(ASHR, 3 * BYTE);
            a = weight.fma((FloatVector) first.convert(VectorOperators.I2F, 0), a);
            b = weight.fma((FloatVector) second.convert(VectorOperators.I2F, 0), b);
            c = weight.fma((FloatVector) third.convert(VectorOperators.I2F, 0), c);
            d = weight.fma((FloatVector) fourth.convert(VectorOperators.I2F, 0), d);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + apart);
        c.intoArray(work, at + 2 * apart);
        d.intoArray(work, at + 3 * apart);
    }
}
