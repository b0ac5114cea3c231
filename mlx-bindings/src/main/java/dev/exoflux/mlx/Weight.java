package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.util.Arrays;

/**
 * A weight matrix in MLX's arrays: quantised as the checkpoint has it, or plain numbers of the activations' type. Owns the
 * arrays. Used on MLX's thread alone.
 */
abstract sealed class Weight {

    /** For how long reading is measured. */
    private static final long MEASURED_NANOS = 200_000_000;

    private final int rows;
    private final int columns;
    private final long bytes;
    private final long[] arrays;

    private Weight(Graph graph, WeightForm form, ArrayType type, long... arrays) {
        this.rows = form.rows();
        this.columns = form.columns();
        this.bytes = form.bytes(type);
        this.arrays = arrays;
        for (long array : arrays) {
            if (array != 0) {
                graph.give(array);
            }
        }
    }

    /**
     * Takes a matrix from {@code source}.
     *
     * @param type of the activations
     */
    static Weight load(MlxRuntime mlx, WeightForm form, WeightSource source, ArrayType type) {
        try (Graph graph = new Graph(mlx)) {
            if (form.quantized()) {
                ArrayType scaleType = form.affine() ? type : ArrayType.U8;
                long packed = source.next(graph, ArrayType.U32, ArrayType.U32, form.rows(), form.words());
                long scales = source.next(graph, form.stored(), scaleType, form.rows(), form.groups());
                long biases = form.affine() ? source.next(graph, form.stored(), type, form.rows(), form.groups()) : 0;
                long offset = offset(graph, form, source, type);
                evaluate(graph, packed, scales, biases, offset);
                QuantizedArrays arrays =
                        new QuantizedArrays(packed, scales, biases, form.groupSize(), form.bits(), form.mode());
                return new Quantized(graph, form, arrays, type, offset);
            }
            long values = source.next(graph, form.stored(), type, form.rows(), form.columns());
            long offset = offset(graph, form, source, type);
            evaluate(graph, values, offset);
            return new Dense(graph, form, type, values, offset);
        }
    }

    private static long offset(Graph graph, WeightForm form, WeightSource source, ArrayType type) {
        return form.offset() ? source.next(graph, ArrayType.F32, type, form.rows()) : 0;
    }

    /** Now, while the file is mapped; what was only a step on the way is freed. */
    private static void evaluate(Graph graph, long... arrays) {
        graph.evaluate(Arrays.stream(arrays).filter(array -> array != 0).toArray());
    }

    /** Output features. */
    final int rows() {
        return rows;
    }

    /** Input features. */
    final int columns() {
        return columns;
    }

    /** Bytes a second at which it is multiplied with one vector: the best of what some tenths of a second show. */
    final long readSpeed(MlxRuntime mlx, ArrayType type) {
        long best = Long.MAX_VALUE;
        long end = System.nanoTime() + MEASURED_NANOS;
        try (Graph vector = new Graph(mlx)) {
            long x = vector.zeros(type, 1, columns);
            vector.evaluate(x);
            for (long now = System.nanoTime(); now < end; ) {
                try (Graph graph = new Graph(mlx)) {
                    graph.evaluate(multiply(graph, x));
                }
                long after = System.nanoTime();
                best = Math.min(best, after - now);
                now = after;
            }
        }
        return (long) (bytes * 1e9 / best);
    }

    /** {@code x W^T + b}. */
    abstract long multiply(Graph graph, long x);

    /** The numbers of the rows that the array {@code indices} names. */
    abstract long rows(Graph graph, long indices);

    final void free(MlxRuntime mlx) {
        for (long array : arrays) {
            if (array != 0) {
                mlx.free(array);
            }
        }
    }

    private static final class Dense extends Weight {

        private final long values;
        private final long bias;

        Dense(Graph graph, WeightForm form, ArrayType type, long values, long bias) {
            super(graph, form, type, values, bias);
            this.values = values;
            this.bias = bias;
        }

        @Override
        long multiply(Graph graph, long x) {
            long transposed = graph.transpose(values, 1, 0);
            return bias == 0 ? graph.matmul(x, transposed) : graph.addmm(bias, x, transposed);
        }

        @Override
        long rows(Graph graph, long indices) {
            return graph.take(values, indices);
        }
    }

    private static final class Quantized extends Weight {

        private final QuantizedArrays arrays;
        private final ArrayType type;
        private final long bias;

        Quantized(Graph graph, WeightForm form, QuantizedArrays arrays, ArrayType type, long bias) {
            super(graph, form, type, arrays.packed(), arrays.scales(), arrays.biases(), bias);
            this.arrays = arrays;
            this.type = type;
            this.bias = bias;
        }

        @Override
        long multiply(Graph graph, long x) {
            long product = graph.quantizedMatmul(x, arrays);
            return bias == 0 ? product : graph.add(product, bias);
        }

        @Override
        long rows(Graph graph, long indices) {
            return graph.dequantize(
                    new QuantizedArrays(
                            graph.take(arrays.packed(), indices),
                            graph.take(arrays.scales(), indices),
                            arrays.biases() == 0 ? 0 : graph.take(arrays.biases(), indices),
                            arrays.groupSize(),
                            arrays.bits(),
                            arrays.mode()),
                    type);
        }
    }
}
