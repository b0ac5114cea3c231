package dev.exoflux.kernels;

/**
 * Rounded activations in fours, as dot-product instructions take them: the four signed bytes that meet the four bytes of a
 * word of weights. Of a word of eight 4-bit weights the even ones are taken first, then the odd ones, since that is how they
 * lie in its bytes. Rows in tiles; within a tile quad {@code i} of all its rows side by side.
 */
final class Quads {

    private Quads() {}

    /**
     * Lays out all rows of {@code q}, {@code [rows, width]}; the tile that starts at row {@code r} is at {@code r * width / 4}.
     *
     * @param bits of the weights: 4 or 8
     * @param most rows of a tile
     */
    static void layOut(
            float[] q, int rows, int width, int bits, int most, int[] out, Workers workers, Scratch scratch) {
        workers.run(
                (rows + most - 1) / most,
                1,
                (from, to, its) -> {
                    int last = Math.min(rows, to * most);
                    for (int row = from * most; row < last; row += most) {
                        tile(q, row, Math.min(most, rows - row), width, bits, out);
                    }
                },
                scratch);
    }

    private static void tile(float[] q, int row, int size, int width, int bits, int[] out) {
        for (int r = 0; r < size; r++) {
            int in = (row + r) * width;
            int to = row * width / 4 + r;
            if (bits == 4) {
                for (int k = in; k < in + width; k += 8) {
                    out[to] = quad(q[k], q[k + 2], q[k + 4], q[k + 6]);
                    out[to + size] = quad(q[k + 1], q[k + 3], q[k + 5], q[k + 7]);
                    to += 2 * size;
                }
            } else {
                for (int k = in; k < in + width; k += 4) {
                    out[to] = quad(q[k], q[k + 1], q[k + 2], q[k + 3]);
                    to += size;
                }
            }
        }
    }

    private static int quad(float a, float b, float c, float d) {
        return ((int) a & 0xFF) | ((int) b & 0xFF) << 8 | ((int) c & 0xFF) << 16 | (int) d << 24;
    }
}
