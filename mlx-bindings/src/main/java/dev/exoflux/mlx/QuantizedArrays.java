package dev.exoflux.mlx;

/**
 * Handles of a quantised matrix, or of some rows of one; whoever made them owns them.
 *
 * @param packed {@code [rows, columns * bits / 32]} of U32
 * @param scales {@code [rows, columns / groupSize]}
 * @param biases as {@code scales}, or 0 where the mode has none
 * @param mode as MLX names it
 */
record QuantizedArrays(long packed, long scales, long biases, int groupSize, int bits, String mode) {

    /** Other rows in the same form. */
    QuantizedArrays with(long itsPacked, long itsScales, long itsBiases) {
        return new QuantizedArrays(itsPacked, itsScales, itsBiases, groupSize, bits, mode);
    }
}
