package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;

import jdk.incubator.vector.FloatVector;

/** The loops of {@link VectorAttention} over keys and values in f32. */
final class F32Attention {

    private F32Attention() {}

    /** Scores of four vectors of positions at once, because each is one chain of dependent products. */
    static void scores(
            float[] q, int qAt, int headDim, long a, long b, long c, long d, float scale, float[] out, int at) {
        FloatVector sumA = FloatVector.zero(F);
        FloatVector sumB = FloatVector.zero(F);
        FloatVector sumC = FloatVector.zero(F);
        FloatVector sumD = FloatVector.zero(F);
        for (int i = 0; i < headDim; i++) {
            long line = i * KvLayout.LINE_BYTES;
            FloatVector qi = FloatVector.broadcast(F, q[qAt + i]);
            sumA = FloatVector.fromMemorySegment(F, ALL, a + line, ORDER).fma(qi, sumA);
            sumB = FloatVector.fromMemorySegment(F, ALL, b + line, ORDER).fma(qi, sumB);
            sumC = FloatVector.fromMemorySegment(F, ALL, c + line, ORDER).fma(qi, sumC);
            sumD = FloatVector.fromMemorySegment(F, ALL, d + line, ORDER).fma(qi, sumD);
        }
        sumA.mul(scale).intoArray(out, at);
        sumB.mul(scale).intoArray(out, at + LENGTH);
        sumC.mul(scale).intoArray(out, at + 2 * LENGTH);
        sumD.mul(scale).intoArray(out, at + 3 * LENGTH);
    }

    /** Adds the values of {@code count} positions, each times its weight, to the {@code stride} sums from {@code to} on. */
    static void addValues(float[] work, int weights, int count, long values, int stride, int to) {
        long bytes = (long) stride * Float.BYTES;
        int i = 0;
        for (; i + 4 * LENGTH <= stride; i += 4 * LENGTH) {
            addFour(work, weights, count, values + (long) i * Float.BYTES, bytes, to + i);
        }
        for (; i < stride; i += LENGTH) { // tail
            addOne(work, weights, count, values + (long) i * Float.BYTES, bytes, to + i);
        }
    }

    private static void addFour(float[] work, int weights, int count, long values, long strideBytes, int at) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + LENGTH);
        FloatVector c = FloatVector.fromArray(F, work, at + 2 * LENGTH);
        FloatVector d = FloatVector.fromArray(F, work, at + 3 * LENGTH);
        for (int p = 0; p < count; p++) {
            long line = values + p * strideBytes;
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            a = weight.fma(FloatVector.fromMemorySegment(F, ALL, line, ORDER), a);
            b = weight.fma(FloatVector.fromMemorySegment(F, ALL, line + Lanes.BYTES, ORDER), b);
            c = weight.fma(FloatVector.fromMemorySegment(F, ALL, line + 2 * Lanes.BYTES, ORDER), c);
            d = weight.fma(FloatVector.fromMemorySegment(F, ALL, line + 3 * Lanes.BYTES, ORDER), d);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + LENGTH);
        c.intoArray(work, at + 2 * LENGTH);
        d.intoArray(work, at + 3 * LENGTH);
    }

    private static void addOne(float[] work, int weights, int count, long values, long strideBytes, int at) {
        FloatVector sum = FloatVector.fromArray(F, work, at);
        for (int p = 0; p < count; p++) {
            sum = FloatVector.broadcast(F, work[weights + p])
                    .fma(FloatVector.fromMemorySegment(F, ALL, values + p * strideBytes, ORDER), sum);
        }
        sum.intoArray(work, at);
    }
}
