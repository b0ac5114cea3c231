package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.KvShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What outlives passes, by the numbers that stages gave it. Owns the arrays. Used on MLX's thread alone. */
final class Holdings {

    private final MlxRuntime mlx;
    private final ArrayType type;
    private final Parts parts;
    private final Map<Integer, Weight> matrices = new HashMap<>();
    private final Map<Integer, SlabArrays> slabs = new HashMap<>();
    private final Map<Integer, Long> constants = new HashMap<>();

    /** @param parts that matrices are multiplied in */
    Holdings(MlxRuntime mlx, ArrayType type, Parts parts) {
        this.mlx = mlx;
        this.type = type;
        this.parts = parts;
    }

    Weight matrix(int number) {
        return Objects.requireNonNull(matrices.get(number), "no such matrix");
    }

    SlabArrays slab(int number) {
        return Objects.requireNonNull(slabs.get(number), "no such slab");
    }

    long constant(int number) {
        return Objects.requireNonNull(constants.get(number), "no such constant");
    }

    void load(int number, WeightForm form, WeightSource source) {
        matrices.put(number, Weight.load(mlx, form, source, type, parts));
    }

    /** Makes {@code array} the constant of that number. */
    void constant(int number, long array) {
        Long before = constants.put(number, array);
        if (before != null) {
            mlx.free(before);
        }
    }

    /** Carries out orders that belong to no pass. */
    void carryOut(Program orders) {
        while (orders.hasNext()) {
            Verb verb = orders.nextVerb();
            int number = orders.next();
            switch (verb) {
                case SLAB -> slabs.put(number, slab(orders));
                case FREE_SLAB -> free(slabs.remove(number));
                case FREE_MATRIX -> free(matrices.remove(number));
                case CONSTANT -> constant(number, vector(orders));
                case FREE_CONSTANT -> free(constants.remove(number));
                default -> throw new IllegalStateException(verb + " belongs to a pass");
            }
        }
    }

    private SlabArrays slab(Program orders) {
        KvShape shape = new KvShape(orders.next(), orders.next(), orders.next());
        int positions = orders.next();
        int from = orders.next();
        int kept = orders.next();
        return new SlabArrays(mlx, shape, type, positions, slabs.get(from), kept);
    }

    private long vector(Program orders) {
        int length = orders.next();
        boolean activations = orders.next() != 0;
        try (Graph graph = new Graph(mlx)) {
            long array = graph.array(orders.nextUploads(length), ArrayType.F32, length);
            return graph.give(activations ? graph.as(type, array) : array);
        }
    }

    private static void free(@Nullable SlabArrays slab) {
        if (slab != null) {
            slab.free();
        }
    }

    private void free(@Nullable Weight matrix) {
        if (matrix != null) {
            matrix.free(mlx);
        }
    }

    private void free(@Nullable Long constant) {
        if (constant != null) {
            mlx.free(constant);
        }
    }

    void close() {
        slabs.values().forEach(SlabArrays::free);
        slabs.clear();
        matrices.values().forEach(matrix -> matrix.free(mlx));
        matrices.clear();
        constants.values().forEach(mlx::free);
        constants.clear();
    }
}
