package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;

/** The graph of one decode step of the 1B shape, by the calls that {@code step.c} makes. Used on MLX's thread alone. */
final class DecodeStepGraph {

    private static final int LAYERS = 16;
    private static final int HIDDEN = 2048;
    private static final int INNER = 8192;
    private static final int HEADS = 32;
    private static final int KV_HEADS = 8;
    private static final int HEAD = 64;
    private static final int VOCABULARY = 128_256;
    private static final int BLOCK = 256;
    private static final int AT = 100;
    private static final float EPSILON = 1e-5f;

    private final MlxRuntime mlx;
    private final QuantizedArrays q;
    private final QuantizedArrays k;
    private final QuantizedArrays gate;
    private final QuantizedArrays down;
    private final QuantizedArrays head;
    private final long norm;
    private final long periods;
    private final long[] cache = new long[2 * LAYERS];
    private final long[] written = new long[2 * LAYERS];

    /** Every layer's weights are the same arrays: the graph does not care, and they fit into any memory. */
    DecodeStepGraph(MlxRuntime mlx) {
        this.mlx = mlx;
        this.q = weights(HIDDEN, HIDDEN);
        this.k = weights(KV_HEADS * HEAD, HIDDEN);
        this.gate = weights(INNER, HIDDEN);
        this.down = weights(HIDDEN, INNER);
        this.head = weights(VOCABULARY, HIDDEN);
        this.norm = zeros(ArrayType.F32, HIDDEN);
        this.periods = zeros(ArrayType.F32, HEAD / 2);
        for (int i = 0; i < cache.length; i++) {
            cache[i] = zeros(ArrayType.F32, 1, KV_HEADS, BLOCK, HEAD);
        }
    }

    private QuantizedArrays weights(int rows, int columns) {
        return new QuantizedArrays(
                zeros(ArrayType.U32, rows, columns / 8),
                zeros(ArrayType.F32, rows, columns / 64),
                zeros(ArrayType.F32, rows, columns / 64),
                64,
                4,
                "affine");
    }

    private long zeros(ArrayType type, int... shape) {
        try (Graph graph = new Graph(mlx)) {
            long array = graph.zeros(type, shape);
            graph.evaluate(array);
            return graph.give(array);
        }
    }

    /** Builds it and lets it go. */
    void build() {
        try (Graph graph = new Graph(mlx);
                Graph lasting = new Graph(mlx)) {
            long position = lasting.array(new int[] {AT}, 1);
            long ids = graph.array(new int[] {17}, 1);
            long x = graph.dequantize(
                    new QuantizedArrays(
                            graph.take(head.packed(), ids),
                            graph.take(head.scales(), ids),
                            graph.take(head.biases(), ids),
                            head.groupSize(),
                            head.bits(),
                            head.mode()),
                    ArrayType.F32);
            for (int layer = 0; layer < LAYERS; layer++) {
                x = layer(graph, x, layer, position);
                graph.freeAllBut(x);
            }
            graph.contiguous(graph.quantizedMatmul(graph.rmsNorm(x, norm, EPSILON), head, 0));
        }
        for (long array : written) {
            mlx.free(array);
        }
    }

    private long layer(Graph graph, long x, int layer, long position) {
        long h = graph.rmsNorm(x, norm, EPSILON);
        long queries = graph.quantizedMatmul(h, q, 0);
        long keys = graph.quantizedMatmul(h, k, 0);
        long values = graph.quantizedMatmul(h, k, 0);
        queries = rope(graph, queries, HEADS, position);
        keys = seen(graph, 2 * layer, rope(graph, keys, KV_HEADS, position));
        values = seen(graph, 2 * layer + 1, graph.reshape(values, 1, KV_HEADS, 1, HEAD));
        long mixed = graph.reshape(graph.attention(queries, keys, values, 0.125f, false, 0), 1, HIDDEN);
        long y = graph.add(x, graph.quantizedMatmul(mixed, q, 0));
        h = graph.rmsNorm(y, norm, EPSILON);
        long opened = graph.quantizedMatmul(h, gate, 0);
        long other = graph.quantizedMatmul(h, gate, 0);
        long inner = graph.multiply(graph.multiply(opened, graph.sigmoid(opened)), other);
        return graph.add(y, graph.quantizedMatmul(inner, down, 0));
    }

    private long rope(Graph graph, long x, int heads, long position) {
        return graph.rope(graph.reshape(x, 1, heads, 1, HEAD), HEAD, position, periods);
    }

    /** Writes a row to a cache, and gives what the step sees of it. */
    private long seen(Graph graph, int index, long row) {
        long after = graph.give(
                graph.update(cache[index], row, new int[] {0, 0, AT, 0}, new int[] {1, KV_HEADS, AT + 1, HEAD}));
        written[index] = after;
        return graph.slice(after, new int[] {0, 0, 0, 0}, new int[] {1, KV_HEADS, AT + 1, HEAD});
    }
}
