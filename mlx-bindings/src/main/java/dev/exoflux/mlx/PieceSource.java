package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * Numbers of a matrix that arrive some rows at a time. They are put in their place in the array one piece after the other, so
 * that beside the array there is never more than a piece.
 */
final class PieceSource implements WeightSource {

    private final MlxRuntime mlx;
    private final Supplier<MemorySegment> pieces;

    /** @param pieces whole rows, each good until the next is asked for */
    PieceSource(MlxRuntime mlx, Supplier<MemorySegment> pieces) {
        this.mlx = mlx;
        this.pieces = pieces;
    }

    @Override
    public long next(Graph graph, ArrayType stored, ArrayType kept, int... shape) {
        MemorySegment piece = pieces.get();
        long rowBytes = stored.bytes() * (shape.length == 1 ? 1L : shape[1]);
        int rows = Math.toIntExact(piece.byteSize() / rowBytes);
        if (rows == shape[0]) {
            return made(graph, piece, stored, kept, shape);
        }
        long all = put(graph, graph.zeros(kept, shape), piece, stored, kept, 0, rows, shape[1]);
        for (int row = rows; row < shape[0]; row += rows) {
            piece = pieces.get();
            rows = Math.toIntExact(piece.byteSize() / rowBytes);
            all = put(graph, all, piece, stored, kept, row, rows, shape[1]);
        }
        return all;
    }

    /** In place: by the time it is computed nobody else holds the array. */
    private long put(
            Graph graph,
            long all,
            MemorySegment piece,
            ArrayType stored,
            ArrayType kept,
            int row,
            int rows,
            int columns) {
        try (Graph step = new Graph(mlx)) {
            long numbers = made(step, piece, stored, kept, rows, columns);
            long after = step.update(all, numbers, new int[] {row, 0}, new int[] {row + rows, columns});
            mlx.free(graph.give(all));
            step.evaluate(after);
            return graph.adopt(step.give(after));
        }
    }

    private static long made(Graph graph, MemorySegment piece, ArrayType stored, ArrayType kept, int... shape) {
        long array = graph.array(piece, stored, shape);
        return stored == kept ? array : graph.as(kept, array);
    }
}
