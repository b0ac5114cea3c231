package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvShape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Room for the keys and values of some positions, {@code [1, kvHeads, positions, headDim]} for each layer. Held by one cache,
 * or by several that were forked off each other and have not written since.
 *
 * <p>Who holds it is known on the stage's thread; the arrays are MLX's thread's. Freed when the last holder has left.
 */
final class KvSlab {

    private final MlxRuntime mlx;
    private final KvShape shape;
    private final ArrayType type;
    private final int positions;
    private final AtomicLong resident;
    private final List<MlxKvCache> holders = new ArrayList<>();

    /** Handles: a layer's keys, then its values. */
    private final long[] arrays;

    /** What broke the arrays, if something did. */
    private @Nullable ExofluxException broken;

    /**
     * The first {@code kept} positions of {@code from}, and room for the rest.
     *
     * @param resident told of what this takes, and when it is freed
     */
    KvSlab(
            MlxRuntime mlx,
            KvShape shape,
            ArrayType type,
            int positions,
            AtomicLong resident,
            @Nullable KvSlab from,
            int kept) {
        this.mlx = mlx;
        this.shape = shape;
        this.type = type;
        this.positions = positions;
        this.resident = resident;
        this.arrays = new long[2 * shape.layers()];
        resident.addAndGet(bytes());
        mlx.thread().run(() -> fill(from, kept));
    }

    private void fill(@Nullable KvSlab from, int kept) {
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

    int positions() {
        return positions;
    }

    long bytes() {
        return shape.elementsPerPosition() * type.bytes() * positions;
    }

    // ---- holders, on the stage's thread

    KvSlab join(MlxKvCache cache) {
        holders.add(cache);
        return this;
    }

    void leave(MlxKvCache cache) {
        holders.remove(cache);
        if (holders.isEmpty()) {
            resident.addAndGet(-bytes());
            mlx.thread().run(this::free);
        }
    }

    boolean shared() {
        return holders.size() > 1;
    }

    /** Whether {@code cache} is the one of its holders that it is counted for. */
    boolean countsFor(MlxKvCache cache) {
        return holders.getFirst() == cache;
    }

    private void free() {
        for (int i = 0; i < arrays.length; i++) {
            if (arrays[i] != 0) {
                mlx.free(arrays[i]);
                arrays[i] = 0;
            }
        }
    }

    // ---- arrays, on MLX's thread

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
