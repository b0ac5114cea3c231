package dev.exoflux.kernels;

/**
 * Rounded activations in the order in which two 16-bit lanes of a word of eight 4-bit weights meet them: pair {@code j} of a
 * word holds inputs {@code j} (lower half) and {@code j + 4} (upper half), so that one shift of the word brings both weights
 * to the bottom of their lanes. Rows in tiles as {@link #size} cuts them; within a tile pair {@code p} of all its rows side
 * by side.
 */
final class NibblePairs {

    private static final int LARGE = Lanes.LENGTH < Lanes.BLOCK ? 8 : 4;
    private static final int SMALL = 4;
    private static final int TILED_AT_A_TIME = 8;

    private NibblePairs() {}

    /** Rows of the tile that starts at row {@code from} of {@code rows}. */
    static int size(int from, int rows) {
        int left = rows - from;
        return left >= LARGE ? LARGE : left >= SMALL ? SMALL : 1;
    }

    /** Lays out all rows of {@code q}, {@code [rows, width]}; the tile that starts at row {@code r} is at {@code r * width / 2}. */
    static void layOut(float[] q, int rows, int width, int[] out, Workers workers, Scratch scratch) {
        if (rows == 1) { // nothing to share out, and so nothing to leave behind
            tile(q, 0, 1, width, out);
            return;
        }
        int items = (rows + TILED_AT_A_TIME - 1) / TILED_AT_A_TIME;
        workers.run(
                items,
                1,
                (from, to, its) -> {
                    int last = Math.min(rows, to * TILED_AT_A_TIME);
                    for (int row = from * TILED_AT_A_TIME; row < last; row += size(row, rows)) {
                        tile(q, row, size(row, rows), width, out);
                    }
                },
                scratch);
    }

    private static void tile(float[] q, int row, int size, int width, int[] out) {
        for (int r = 0; r < size; r++) {
            int in = (row + r) * width;
            int to = row * width / 2 + r;
            for (int k = 0; k < width; k += 8) {
                for (int j = 0; j < 4; j++) {
                    out[to] = ((int) q[in + k + j] & 0xFFFF) | (int) q[in + k + j + 4] << Short.SIZE;
                    to += size;
                }
            }
        }
    }
}
