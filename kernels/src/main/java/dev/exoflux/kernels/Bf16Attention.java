package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The loops of {@link VectorAttention} over keys and values in bf16. */
final class Bf16Attention {

    private Bf16Attention() {}

    /** As {@link F32Attention#scores}, two elements in each word. */
    static void scores(
            float[] q, int qAt, int headDim, long a, long b, long c, long d, float scale, float[] out, int at) {
        FloatVector sumA = FloatVector.zero(F);
        FloatVector sumB = FloatVector.zero(F);
        FloatVector sumC = FloatVector.zero(F);
        FloatVector sumD = FloatVector.zero(F);
        int pairs = headDim / 2;
        for (int i = 0; i < pairs; i++) {
            long line = i * KvLayout.LINE_BYTES;
            FloatVector even = FloatVector.broadcast(F, q[qAt + 2 * i]);
            FloatVector odd = FloatVector.broadcast(F, q[qAt + 2 * i + 1]);
            IntVector wordA = IntVector.fromMemorySegment(I, ALL, a + line, ORDER);
            IntVector wordB = IntVector.fromMemorySegment(I, ALL, b + line, ORDER);
            IntVector wordC = IntVector.fromMemorySegment(I, ALL, c + line, ORDER);
            IntVector wordD = IntVector.fromMemorySegment(I, ALL, d + line, ORDER);
            sumA = wordA.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumA);
            sumB = wordB.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumB);
            sumC = wordC.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumC);
            sumD = wordD.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumD);
            sumA = wordA.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumA);
            sumB = wordB.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumB);
            sumC = wordC.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumC);
            sumD = wordD.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumD);
        }
        if (headDim > 2 * pairs) {
            long line = pairs * KvLayout.LINE_BYTES;
            FloatVector last = FloatVector.broadcast(F, q[qAt + 2 * pairs]);
            sumA = lowHalf(a + line).fma(last, sumA);
            sumB = lowHalf(b + line).fma(last, sumB);
            sumC = lowHalf(c + line).fma(last, sumC);
            sumD = lowHalf(d + line).fma(last, sumD);
        }
        sumA.mul(scale).intoArray(out, at);
        sumB.mul(scale).intoArray(out, at + LENGTH);
        sumC.mul(scale).intoArray(out, at + 2 * LENGTH);
        sumD.mul(scale).intoArray(out, at + 3 * LENGTH);
    }

    private static FloatVector lowHalf(long address) {
        return IntVector.fromMemorySegment(I, ALL, address, ORDER)
                .lanewise(LSHL, Short.SIZE)
                .reinterpretAsFloats();
    }

    /** As {@link F32Attention#addValues}. */
    static void addValues(float[] work, int weights, int count, long values, int stride, int to) {
        long bytes = (long) stride * Short.BYTES;
        int half = stride / 2;
        int i = 0;
        for (; i + 2 * LENGTH <= half; i += 2 * LENGTH) {
            addTwoWords(work, weights, count, values + (long) i * Integer.BYTES, bytes, to + i, half);
        }
        for (; i < half; i += LENGTH) { // tail
            addOneWord(work, weights, count, values + (long) i * Integer.BYTES, bytes, to + i, half);
        }
    }

    /** Two vectors of words: the lower halves from {@code at} on, the upper ones {@code half} elements on. */
    private static void addTwoWords(
            float[] work, int weights, int count, long values, long strideBytes, int at, int half) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + LENGTH);
        FloatVector c = FloatVector.fromArray(F, work, at + half);
        FloatVector d = FloatVector.fromArray(F, work, at + half + LENGTH);
        for (int p = 0; p < count; p++) {
            long line = values + p * strideBytes;
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            IntVector first = IntVector.fromMemorySegment(I, ALL, line, ORDER);
            IntVector second = IntVector.fromMemorySegment(I, ALL, line + Lanes.BYTES, ORDER);
            a = weight.fma(first.lanewise(LSHL, Short.SIZE).reinterpretAsFloats(), a);
            b = weight.fma(second.lanewise(LSHL, Short.SIZE).reinterpretAsFloats(), b);
            c = weight.fma(first.and(Packing.HIGH_HALF).reinterpretAsFloats(), c);
            d = weight.fma(second.and(Packing.HIGH_HALF).reinterpretAsFloats(), d);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + LENGTH);
        c.intoArray(work, at + half);
        d.intoArray(work, at + half + LENGTH);
    }

    private static void addOneWord(
            float[] work, int weights, int count, long values, long strideBytes, int at, int half) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + half);
        for (int p = 0; p < count; p++) {
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            IntVector words = IntVector.fromMemorySegment(I, ALL, values + p * strideBytes, ORDER);
            a = weight.fma(words.lanewise(LSHL, Short.SIZE).reinterpretAsFloats(), a);
            b = weight.fma(words.and(Packing.HIGH_HALF).reinterpretAsFloats(), b);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + half);
    }
}
