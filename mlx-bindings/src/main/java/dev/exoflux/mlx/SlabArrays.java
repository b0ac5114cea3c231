package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvShape;
import org.jspecify.annotations.Nullable;

/** The arrays of a {@link KvSlab}: {@code [1, kvHeads, positions, headDim]}, two for each layer. Used on MLX's thread alone. */
final class SlabArrays {

    private final MlxRuntime mlx;
    private final int positions;

    /** Handles: a layer's keys, then its values. */
    private final long[] arrays;

    /** What broke the arrays, if something did. */
    private @Nullable ExofluxException broken;

    /** The first {@code kept} positions of {@code from}, and room for the rest; broken if that fails. */
    SlabArrays(MlxRuntime mlx, KvShape shape, ArrayType type, int positions, @Nullable SlabArrays from, int kept) {
        this.mlx = mlx;
        this.positions = positions;
        this.arrays = new long[2 * shape.layers()];
        try (Graph graph = new Graph(mlx)) {
            if (from != null && from.broken != null) {
                throw from.broken;
            }
            for (int i = 0; i < arrays.length; i++) {
                long array = from == null || kept == 0
                        ? graph.zeros(type, 1, shape.kvHeads(), positions, shape.headDim())
                        : graph.concatenate(
                                2,
                                graph.slice(from.arrays[i], new int[] {0, 0, 0, 0}, new int[] {
                                    1, shape.kvHeads(), kept, shape.headDim()
                                }),
                                graph.zeros(type, 1, shape.kvHeads(), positions - kept, shape.headDim()));
                arrays[i] = graph.give(array);
            }
            graph.evaluate(arrays); // now: else what it was copied from stays for as long as nobody asks
        } catch (ExofluxException e) {
            broken = e;
        }
    }

    void free() {
        for (int i = 0; i < arrays.length; i++) {
            if (arrays[i] != 0) {
                mlx.free(arrays[i]);
                arrays[i] = 0;
            }
        }
    }

    int positions() {
        return positions;
    }

    /** Where a layer's keys are. */
    static int keys(int layer) {
        return 2 * layer;
    }

    /** Where a layer's values are. */
    static int values(int layer) {
        return 2 * layer + 1;
    }

    long array(int index) {
        if (broken != null) {
            throw new ExofluxException(
                    ErrorCode.INTERNAL, "The KV cache was lost in a pass that failed: " + broken.getMessage(), broken);
        }
        return arrays[index];
    }

    /** Puts another array in the place of one, and returns that one. */
    long replace(int index, long array) {
        long before = arrays[index];
        arrays[index] = array;
        return before;
    }

    void breakOff(ExofluxException cause) {
        broken = cause;
    }
}
