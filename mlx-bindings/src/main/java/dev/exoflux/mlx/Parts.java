package dev.exoflux.mlx;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Into how many parts, some rows each, quantised matrices are divided, so that the cores of a processor share a product: a stream
 * of MLX is one thread there. Every number is computed from the same row in the same way, so parts change none.
 *
 * @param most parts
 * @param least numbers of a part: handing one to another thread and waiting for it takes some 15 us
 */
record Parts(int most, long least) {

    /** Undivided. */
    static final Parts WHOLE = new Parts(1, 1);

    private static final long LEAST = 1 << 17;

    /** As many as there are streams, which on a GPU is one. */
    static Parts on(MlxDevice device) {
        return new Parts(device.streams().size(), LEAST);
    }

    /** The parts of a matrix, about as large as one another. */
    List<Rows> of(int rows, int columns) {
        int large = Math.clamp((long) rows * columns / least, 1, most);
        int parts = Math.min(rows, large);
        return IntStream.range(0, parts)
                .mapToObj(part -> new Rows(border(rows, part, parts), border(rows, part + 1, parts)))
                .toList();
    }

    private static int border(int rows, int part, int parts) {
        return (int) ((long) rows * part / parts);
    }

    /** From one row of a matrix to before another. */
    record Rows(int from, int to) {

        /** Of {@code array}, which has so many numbers in a row; 0 of 0. */
        long of(Graph graph, long array, int width) {
            return array == 0 ? 0 : graph.slice(array, new int[] {from, 0}, new int[] {to, width});
        }
    }
}
