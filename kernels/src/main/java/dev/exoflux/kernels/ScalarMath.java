package dev.exoflux.kernels;

/** Elementary functions whose vector twins give the same bits. */
final class ScalarMath {

    /** Above this exp is infinite, below its negative it is taken as 0 (no subnormal results). */
    static final float EXP_MAX = 88.72283f;

    static final float EXP_MIN = -87.33654f;
    static final float LOG2_E = 1.442695f;
    /** Adding and subtracting it rounds to a whole number, ties to even. */
    static final float ROUND = 0x1.8p23f;

    /** What is added to the bits of {@link #ROUND} is the whole number itself. */
    static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

    /** ln 2 in two parts (Cody and Waite 1980): multiples of the first part are exact. */
    static final float LN2_HIGH = 0x1.63p-1f;

    static final float LN2_LOW = -2.12194440e-4f;

    /** Taylor's coefficients 1/2! to 1/7!: on [-ln 2 / 2, ln 2 / 2] the rest is below a tenth of a unit in the last place. */
    static final float C2 = 1f / 2;

    static final float C3 = 1f / 6;
    static final float C4 = 1f / 24;
    static final float C5 = 1f / 120;
    static final float C6 = 1f / 720;
    static final float C7 = 1f / 5040;

    private ScalarMath() {}

    /** e to the power of {@code x}, within 2 units in the last place. */
    static float exp(float x) {
        if (!(x <= EXP_MAX)) {
            return x > EXP_MAX ? Float.POSITIVE_INFINITY : x; // the rest is NaN
        }
        if (x < EXP_MIN) {
            return 0;
        }
        float shifted = x * LOG2_E + ROUND;
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        float p = Math.fma(C7, r, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
        int half = exponent >> 1; // two factors: 2^128 itself is no float
        return p * powerOfTwo(half) * powerOfTwo(exponent - half);
    }

    private static float powerOfTwo(int exponent) {
        return Float.intBitsToFloat((exponent + 127) << 23);
    }

    /** {@code x / (1 + e^-x)} (Elfwing et al. 2017). */
    static float silu(float x) {
        return x / (1f + exp(-x));
    }
}
