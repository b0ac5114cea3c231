package dev.exoflux.kernels;

/**
 * Inputs for 4-bit values that are used where they stand in their byte: those of the upper half are 16 times as large then,
 * so their inputs are made as much smaller, and the products are the same to the last bit. It saves every second shift.
 */
final class Nibbles {

    /** A sixteenth of anything smaller would be subnormal and lose bits. */
    private static final float SMALLEST = 0x1p-122f;

    private Nibbles() {}

    /**
     * Divides every second element by 16.
     *
     * @param count an even number
     * @return whether every division was exact
     */
    static boolean descale(float[] x, int at, int count, float[] out) {
        boolean exact = true;
        for (int i = 0; i < count; i += 2) {
            float odd = x[at + i + 1];
            exact &= !(Math.abs(odd) < SMALLEST) || odd == 0;
            out[i] = x[at + i];
            out[i + 1] = odd * 0x1p-4f;
        }
        return exact;
    }
}
