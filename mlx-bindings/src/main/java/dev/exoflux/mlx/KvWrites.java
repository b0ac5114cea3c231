package dev.exoflux.mlx;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pass writes to caches. Until it is computed, the arrays from before are kept and can be put back; then they are let
 * go, so that MLX writes into them in place instead of copying them. Used on MLX's thread alone.
 */
final class KvWrites {

    private final MlxRuntime mlx;
    private final List<Write> writes = new ArrayList<>();

    KvWrites(MlxRuntime mlx) {
        this.mlx = mlx;
    }

    private record Write(SlabArrays slab, int index, long before) {}

    /**
     * Writes {@code numbers [1, kvHeads, count, headDim]} at {@code position}.
     *
     * @return the array with them, the slab's own
     */
    long write(
            Graph graph, SlabArrays slab, int index, long numbers, int position, int count, int kvHeads, int headDim) {
        long before = slab.array(index);
        long after = graph.give(graph.update(
                before, numbers, new int[] {0, 0, position, 0}, new int[] {1, kvHeads, position + count, headDim}));
        slab.replace(index, after);
        writes.add(new Write(slab, index, before));
        return after;
    }

    /** Whether any was written and not computed. */
    boolean any() {
        return !writes.isEmpty();
    }

    /** Those that were written, as they are now. */
    long[] arrays() {
        return writes.stream().mapToLong(write -> write.slab.array(write.index)).toArray();
    }

    /** Lets go of what was before. */
    void commit() {
        writes.forEach(write -> mlx.free(write.before));
    }

    /** All has been computed. */
    void done() {
        writes.clear();
    }

    /** Computing failed: what was written in place is neither as before nor as it should be. */
    void lost(ExofluxException cause) {
        writes.forEach(write -> write.slab.breakOff(cause));
        writes.clear();
    }

    /** Nothing was computed: everything is as before. */
    void undo() {
        for (Write write : writes.reversed()) {
            mlx.free(write.slab.replace(write.index, write.before));
        }
        writes.clear();
    }
}
