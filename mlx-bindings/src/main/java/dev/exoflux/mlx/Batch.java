package dev.exoflux.mlx;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Positions;
import java.util.ArrayList;
import java.util.List;

/** The runs of a pass, and the number by which its steps name them. Used on the stage's thread. */
final class Batch {

    private final Positions at;
    private final int number;
    private final int rows;
    private final List<Run> runs = new ArrayList<>();

    /** {@code count} rows at positions from {@code position} on. */
    private record Run(MlxKvCache cache, int position, int count) {}

    Batch(Positions at, int number) {
        this.at = at;
        this.number = number;
        this.rows = at.rows();
        for (Positions.Run run : at.runs()) {
            if (!(run.cache() instanceof MlxKvCache cache)) {
                throw new IllegalArgumentException("a KV cache of another backend: " + run.cache());
            }
            runs.add(new Run(cache, run.position(), run.count()));
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same batch: comparing its runs would cost more than it saves
    boolean describes(Positions other) {
        return at == other;
    }

    int number() {
        return number;
    }

    int rows() {
        return rows;
    }

    /** Positions that all rows look back at together, were each to look at all that its run ends with. */
    long reach() {
        long sum = 0;
        for (Run run : runs) {
            sum += (long) run.count * (run.position + run.count);
        }
        return sum;
    }

    /** Writes down what the batch is. */
    void declare(Program steps) {
        steps.verb(Verb.BATCH).with(runs.size());
        for (Run run : runs) {
            steps.with(run.count);
            steps.input(run.position);
        }
    }

    /** Makes room in every cache for its run, which must start where the cache ends; the numbers of their slabs. */
    int[] reserve(AttentionShape shape, Engine engine) {
        for (Run run : runs) {
            if (run.count < 1 || run.position != run.cache.length()) {
                throw new IllegalArgumentException("a run of %d tokens at position %d for a cache of %d positions"
                        .formatted(run.count, run.position, run.cache.length()));
            }
            check(run.cache.shape(), shape);
        }
        int[] slabs = new int[runs.size()];
        for (int i = 0; i < slabs.length; i++) {
            Run run = runs.get(i);
            slabs[i] = run.cache.reserve(run.position + run.count).number(engine);
        }
        return slabs;
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
