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

    /**
     * Rounds rows and lays them out in pairs like those of the weights, in tiles; within a tile pair {@code i} of all its rows
     * side by side. The tile that starts at row {@code r} is at {@code r * pairs}, with half as many pairs as columns.
     *
     * @param x {@code [rows, width]} from {@code at} on
     * @param most rows of a tile
     */
    static void layOut(float[] x, int at, int rows, int width, int most, int[] out, Workers workers, Scratch scratch) {
        workers.run(
                (rows + most - 1) / most,
                1,
                (from, to, its) -> {
                    int last = Math.min(rows, to * most);
                    for (int row = from * most; row < last; row += most) {
                        int size = Math.min(most, rows - row);
                        for (int r = 0; r < size; r++) {
                            pairs(x, at + (row + r) * width, width, out, row * ((width + 1) / 2) + r, size);
                        }
                    }
                },
                scratch);
    }

    private static void pairs(float[] x, int at, int width, int[] out, int outAt, int stride) {
        int to = outAt;
        for (int k = at; k + 1 < at + width; k += 2) {
            out[to] = round(x[k]) | round(x[k + 1]) >>> Short.SIZE;
            to += stride;
        }
        if (width % 2 == 1) {
            out[to] = round(x[at + width - 1]);
        }
    }
}
