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

    /** Interleaves all rows; the tile that starts at row {@code r} is at {@code r * width}. */
    static void interleave(CpuTensor x, float[] out, Workers workers, Scratch scratch) {
        int rows = x.rows();
        int tiles = (rows + LARGE - 1) / LARGE;
        workers.run(tiles, 1, (from, to, its) -> interleave(x, from * LARGE, Math.min(rows, to * LARGE), out), scratch);
    }

    private static void interleave(CpuTensor x, int fromRow, int toRow, float[] out) {
        for (int row = fromRow; row < toRow; row += size(row, x.rows())) {
            int size = size(row, x.rows());
            for (int r = 0; r < size; r++) {
                int in = x.at(row + r);
                int to = row * x.width() + r;
                for (int k = 0; k < x.width(); k++) {
                    out[to + k * size] = x.data()[in + k];
                }
            }
        }
    }
}
