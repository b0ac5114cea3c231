package dev.exoflux.kernels;

/**
 * The rows of a batch in tiles of 12, then of 4, then of 1: within a tile element {@code k} of all its rows side by side, so
 * that a kernel reads them one after another (rows as they come lie a power of two apart and would chase each other out of
 * the cache).
 */
final class RowTiles {

    private static final int LARGE = 12;
    private static final int SMALL = 4;

    private RowTiles() {}

    /** Rows of the tile that starts at row {@code from} of {@code rows}. */
    static int size(int from, int rows) {
        int left = rows - from;
        return left >= LARGE ? LARGE : left >= SMALL ? SMALL : 1;
    }

    /** Interleaves all rows of {@code x}, {@code [rows, width]} from {@code at} on; the tile that starts at row {@code r} is at {@code r * width}. */
    static void interleave(float[] x, int at, int rows, int width, float[] out, Workers workers, Scratch scratch) {
        int items = (rows + LARGE - 1) / LARGE;
        workers.run(
                items,
                1,
                (from, to, its) -> {
                    int last = Math.min(rows, to * LARGE);
                    for (int row = from * LARGE; row < last; row += size(row, rows)) {
                        tile(x, at + row * width, size(row, rows), width, out, row * width);
                    }
                },
                scratch);
    }

    private static void tile(float[] x, int at, int size, int width, float[] out, int outAt) {
        for (int r = 0; r < size; r++) {
            int in = at + r * width;
            int to = outAt + r;
            for (int k = 0; k < width; k++) {
                out[to + k * size] = x[in + k];
            }
        }
    }
}
