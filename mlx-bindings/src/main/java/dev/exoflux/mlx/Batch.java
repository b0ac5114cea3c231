package dev.exoflux.mlx;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Positions;
import java.util.ArrayList;
import java.util.List;

/** The runs of a pass: whose they are, which rows they have, and at which positions those stand. */
final class Batch {

    private final Positions at;
    private final List<Run> runs = new ArrayList<>();
    private final int[] positions;

    /** {@code count} rows from {@code row} on, at positions from {@code position} on. */
    record Run(MlxKvCache cache, int row, int position, int count) {

        int end() {
            return position + count;
        }

        /** What the run's rows see between them through a sliding window. */
        Sight sight(int window) {
            int first = Math.max(0, position - window + 1);
            return new Sight(first, Math.max(0, end() - window) <= first);
        }
    }

    /**
     * The keys that the rows of a run see.
     *
     * @param first position of the first that its first row sees
     * @param all whether each row sees all of them up to itself
     */
    record Sight(int first, boolean all) {}

    Batch(Positions at) {
        this.at = at;
        this.positions = new int[at.rows()];
        int row = 0;
        for (Positions.Run run : at.runs()) {
            if (!(run.cache() instanceof MlxKvCache cache)) {
                throw new IllegalArgumentException("a KV cache of another backend: " + run.cache());
            }
            runs.add(new Run(cache, row, run.position(), run.count()));
            for (int i = 0; i < run.count(); i++) {
                positions[row++] = run.position() + i;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same batch: comparing its runs would cost more than it saves
    boolean describes(Positions other) {
        return at == other;
    }

    List<Run> runs() {
        return runs;
    }

    /** Of each row. */
    int[] positions() {
        return positions;
    }

    /** Makes room in every cache for its run, which must start where the cache ends; the slab of each. */
    List<KvSlab> reserve(AttentionShape shape) {
        for (Run run : runs) {
            if (run.count < 1 || run.position != run.cache.length()) {
                throw new IllegalArgumentException("a run of %d tokens at position %d for a cache of %d positions"
                        .formatted(run.count, run.position, run.cache.length()));
            }
            check(run.cache.shape(), shape);
        }
        return runs.stream().map(run -> run.cache.reserve(run.end())).toList();
    }

    private static void check(KvShape cache, AttentionShape shape) {
        if (shape.layer() < 0
                || shape.layer() >= cache.layers()
                || cache.kvHeads() != shape.kvHeads()
                || cache.headDim() != shape.headDim()) {
            throw new IllegalArgumentException("%s in a cache of %s".formatted(shape, cache));
        }
    }
}
