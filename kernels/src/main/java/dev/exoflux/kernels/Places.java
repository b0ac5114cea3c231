package dev.exoflux.kernels;

import dev.exoflux.model.Positions;
import java.util.Arrays;

/** The runs of a batch, row by row. */
final class Places {

    private final Positions at;
    private final CpuKvCache[] caches;
    private final int[] positions;
    private int[] tiles = {};
    private int tileRows;

    Places(Positions at) {
        this.at = at;
        caches = new CpuKvCache[at.rows()];
        positions = new int[at.rows()];
        int row = 0;
        for (Positions.Run run : at.runs()) {
            if (!(run.cache() instanceof CpuKvCache cache)) {
                throw new IllegalArgumentException("a KV cache of another backend: " + run.cache());
            }
            for (int i = 0; i < run.count(); i++) {
                caches[row] = cache;
                positions[row++] = run.position() + i;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same batch: comparing its runs would cost more than it saves
    boolean describes(Positions other) {
        return at == other;
    }

    int rows() {
        return positions.length;
    }

    CpuKvCache cache(int row) {
        return caches[row];
    }

    int position(int row) {
        return positions[row];
    }

    /**
     * Cuts the rows into tiles of neighbours in one sequence, {@code most} at most.
     *
     * @return the first row of each tile, then the number of rows
     */
    int[] tiles(int most) {
        if (tiles.length == 0 || tileRows != most) {
            tiles = cut(most);
            tileRows = most;
        }
        return tiles;
    }

    private int[] cut(int most) {
        int[] starts = new int[rows() + 1];
        int count = 0;
        for (int row = 0; row < rows(); row++) {
            if (count == 0 || row - starts[count - 1] == most || caches[row] != caches[row - 1]) {
                starts[count++] = row;
            }
        }
        starts[count++] = rows();
        return Arrays.copyOf(starts, count);
    }

    /** Makes room in every cache for its run, which must start where the cache ends. */
    void reserve() {
        for (int i = 0; i < at.runs().size(); i++) { // once a layer: no iterator
            Positions.Run run = at.runs().get(i);
            if (run.count() < 1 || run.position() != run.cache().length()) {
                throw new IllegalArgumentException("a run of %d tokens at position %d for a cache of %d positions"
                        .formatted(run.count(), run.position(), run.cache().length()));
            }
        }
        for (int row = 0; row < rows(); row++) {
            if (row + 1 == rows() || caches[row] != caches[row + 1]) {
                caches[row].reserve(positions[row] + 1);
            }
        }
    }
}
