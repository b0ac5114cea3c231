package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;

/** Where the numbers of a matrix come from, one array after the other, as {@link WeightForm} orders them. */
@FunctionalInterface
interface WeightSource {

    /**
     * The next array.
     *
     * @param stored type that its numbers have
     * @param kept type that the array is to have
     * @param shape of one or two dimensions
     */
    long next(Graph graph, ArrayType stored, ArrayType kept, int... shape);

    /** What lies in memory. */
    static WeightSource of(Iterable<MemorySegment> numbers) {
        Iterator<MemorySegment> rest = numbers.iterator();
        return (graph, stored, kept, shape) -> {
            long array = graph.array(rest.next(), stored, shape);
            return stored == kept ? array : graph.as(kept, array);
        };
    }
}
