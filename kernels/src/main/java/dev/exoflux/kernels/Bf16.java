package dev.exoflux.kernels;

/**
 * Numbers of 16 bits, the upper half of an f32. What meets bf16 weights is rounded to them, to the nearest and the even one
 * of two. Numbers below {@link Float#MIN_NORMAL} count as 0, as they do for the processors' dot products.
 */
final class Bf16 {

    private static final int EXPONENT = 0x7F80_0000;
    private static final int SIGN = 0x8000_0000;

    private Bf16() {}

    /** The f32 bits of {@code x} rounded, the lower half of them 0. */
    static int round(float x) {
        int bits = Float.floatToRawIntBits(x);
        int exponent = bits & EXPONENT;
        if (exponent == 0) {
            return bits & SIGN;
        }
        if (exponent == EXPONENT) {
            return Float.floatToIntBits(x) & Packing.HIGH_HALF; // infinite, or the one NaN
        }
        return (bits + 0x7FFF + (bits >>> Short.SIZE & 1)) & Packing.HIGH_HALF;
    }

    /** Rounds {@code count} elements. */
    static void round(float[] x, int at, float[] out, int outAt, int count) {
        for (int i = 0; i < count; i++) {
            out[outAt + i] = Float.intBitsToFloat(round(x[at + i]));
        }
    }

    /** The number of these 16 bits, as the bits of an f32. */
    static int widen(int bits) {
        int wide = bits << Short.SIZE;
        return (wide & EXPONENT) == 0 ? wide & SIGN : wide;
    }

    /**
     * A word of a packed matrix: the earlier of its two numbers in the upper half, which dot products take first.
     *
     * @param stored the earlier in the lower half
     */
    static int pair(int stored) {
        boolean normal = (stored & EXPONENT) != 0 && (stored & EXPONENT >>> Short.SIZE) != 0;
        return normal
                ? Integer.rotateLeft(stored, Short.SIZE)
                : widen(stored) | widen(stored >>> Short.SIZE) >>> Short.SIZE;
    }
}
