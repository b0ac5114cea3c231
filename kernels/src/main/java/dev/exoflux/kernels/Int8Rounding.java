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
        round(x, xAt, size, q, qAt, steps, group, sums, group);
    }

    /** As above, with places of their own for the step and the sum. */
    static void round(
            float[] x, int xAt, int size, float[] q, int qAt, float[] steps, int stepAt, float[] sums, int sumAt) {
        float step = step(x, xAt, size);
        float inverse = inverse(step);
        steps[stepAt] = step;
        if (inverse == 0) {
            Arrays.fill(q, qAt, qAt + size, 0);
            sums[sumAt] = 0;
            return;
        }
        for (int i = 0; i < size; i++) {
            q[qAt + i] = x[xAt + i] * inverse + WHOLE - WHOLE;
        }
        float sum = 0; // of whole numbers below 2^24: exact in any order
        for (int i = qAt; i < qAt + size; i++) {
            sum += q[i];
        }
        sums[sumAt] = sum;
    }

    /** The step of a group: 0 where it would be subnormal, NaN where an element is no finite number. */
    static float step(float[] x, int at, int size) {
        float largest = 0;
        for (int i = at; i < at + size; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        float step = largest / LARGEST;
        if (!(step <= Float.MAX_VALUE)) {
            return Float.NaN;
        }
        return step >= Float.MIN_NORMAL ? step : 0;
    }

    /** What elements are multiplied with to be counted in steps: 0 where there is no step. */
    static float inverse(float step) {
        return step > 0 ? 1 / step : 0;
    }

    /** An element in steps; 0 for one that is no number. */
    static int whole(float x, float inverse) {
        return (int) (x * inverse + WHOLE - WHOLE);
    }
}
