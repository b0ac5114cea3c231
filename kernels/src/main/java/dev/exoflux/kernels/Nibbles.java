package dev.exoflux.kernels;

/**
 * Inputs for 4-bit values that are used where they stand in their word: value {@code i} of eight then is {@code 16^i} times
 * as large, so its input is made as much smaller, and the product is the same to the last bit.
 */
final class Nibbles {

    private static final int PER_WORD = 8;

    /** Divided by 16^7, anything smaller would become subnormal and lose bits. */
    private static final float SMALLEST = 0x1p-98f;

    private Nibbles() {}

    /**
     * Divides element {@code i} by {@code 16^(i % 8)}, the last of eight excepted, whose value is shifted.
     *
     * @param count a multiple of 8
     * @return whether every division was exact
     */
    static boolean descale(float[] x, int at, int count, float[] out) {
        boolean exact = true;
        for (int i = 0; i < count; i++) {
            exact &= !(Math.abs(x[at + i]) < SMALLEST) || x[at + i] == 0;
        }
        for (int i = 0; i < count; i += PER_WORD) {
            out[i] = x[at + i];
            out[i + 1] = x[at + i + 1] * 0x1p-4f;
            out[i + 2] = x[at + i + 2] * 0x1p-8f;
            out[i + 3] = x[at + i + 3] * 0x1p-12f;
            out[i + 4] = x[at + i + 4] * 0x1p-16f;
            out[i + 5] = x[at + i + 5] * 0x1p-20f;
            out[i + 6] = x[at + i + 6] * 0x1p-24f;
            out[i + 7] = x[at + i + 7];
        }
        return exact;
    }
}
