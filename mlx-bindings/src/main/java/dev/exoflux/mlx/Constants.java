package dev.exoflux.mlx;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Arrays made of the small vectors that come with every pass and never change: norms, and what rotation is made of. Those
 * used last stay, the others are freed and made again if they come again. Used on MLX's thread alone.
 */
final class Constants {

    /** More than the norms of any one model; together they take some megabytes. */
    private static final int MOST = 1024;

    private final MlxRuntime mlx;
    private final Map<Same, Long> arrays = new LinkedHashMap<>(64, 0.75f, true);

    Constants(MlxRuntime mlx) {
        this.mlx = mlx;
    }

    /** A vector, by which object it is: comparing the numbers would cost as much as uploading them. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Same(float[] vector) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Same same && same.vector == vector;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(vector);
        }
    }

    /** The array for {@code vector}; made by {@code maker}, whose graph gives it away here. */
    long of(float[] vector, Graph graph, ToLongFunction<float[]> maker) {
        Same key = new Same(vector);
        Long known = arrays.get(key);
        if (known != null) {
            return known;
        }
        long made = graph.give(maker.applyAsLong(vector));
        arrays.put(key, made);
        if (arrays.size() > MOST) {
            Map.Entry<Same, Long> oldest = arrays.entrySet().iterator().next();
            mlx.free(oldest.getValue());
            arrays.remove(oldest.getKey());
        }
        return made;
    }

    void close() {
        arrays.values().forEach(mlx::free);
        arrays.clear();
    }
}
