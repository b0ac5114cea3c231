package dev.exoflux.kernels;

import java.util.Arrays;

/**
 * Activations rounded to 8 bits, each group of inputs with a step of its own: the largest magnitude becomes 127 steps. The
 * products with integer weights are integers then, and their sums exact in any order, in 16, 32 or 24 (a float's) bits, so
 * that every kernel may add them up as its instructions want and all give the same bits.
 */
final class Int8Rounding {

    /** Largest number of steps. */
    static final int LARGEST = 127;

    /** Added and taken away again it leaves the nearest whole number, the even one of two. */
    private static final float WHOLE = 0x1.8p23f;

    private Int8Rounding() {}

    /**
     * Rounds the {@code size} elements of a group.
     *
     * <p>A group with an element that is no finite number gets the step NaN, so that what is computed from it is no number
     * either; one whose step would be subnormal counts as 0.
     *
     * @param q receives whole numbers from -127 to 127
     * @param group where the step goes in {@code steps}, and the sum of the whole numbers in {@code sums}
     */
    static void round(float[] x, int xAt, int size, float[] q, int qAt, float[] steps, float[] sums, int group) {
        float largest = 0;
        for (int i = xAt; i < xAt + size; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        float step = largest / LARGEST;
        boolean finite = step <= Float.MAX_VALUE;
        boolean counts = finite && step >= Float.MIN_NORMAL;
        steps[group] = finite ? (counts ? step : 0) : Float.NaN;
        if (!counts) {
            Arrays.fill(q, qAt, qAt + size, 0);
            sums[group] = 0;
            return;
        }
        float inverse = 1 / step;
        for (int i = 0; i < size; i++) {
            q[qAt + i] = x[xAt + i] * inverse + WHOLE - WHOLE;
        }
        float sum = 0; // of whole numbers below 2^24: exact in any order
        for (int i = qAt; i < qAt + size; i++) {
            sum += q[i];
        }
        sums[group] = sum;
    }
}
