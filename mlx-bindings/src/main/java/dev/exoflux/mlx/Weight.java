package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A weight matrix in MLX's arrays: quantised as the checkpoint has it, or plain numbers of the activations' type. Owns the
 * arrays. Used on MLX's thread alone.
 *
 * <p>What is quantised is multiplied in {@link Parts}, which are views of the same memory. Plain numbers are not: BLAS has threads
 * of its own.
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
     * @param parts that it is multiplied in
     */
    static Weight load(MlxRuntime mlx, WeightForm form, WeightSource source, ArrayType type, Parts parts) {
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
                return new Quantized(graph, form, arrays, divided(graph, form, arrays, parts), type, offset);
            }
            long values = source.next(graph, form.stored(), type, form.rows(), form.columns());
            long offset = offset(graph, form, source, type);
            evaluate(graph, values, offset);
            return new Dense(graph, form, type, values, offset);
        }
    }

    private static List<QuantizedArrays> divided(Graph graph, WeightForm form, QuantizedArrays whole, Parts parts) {
        List<QuantizedArrays> divided = new ArrayList<>();
        for (Parts.Rows rows : parts.of(form.rows(), form.columns())) {
            QuantizedArrays part = whole.with(
                    rows.of(graph, whole.packed(), form.words()),
                    rows.of(graph, whole.scales(), form.groups()),
                    rows.of(graph, whole.biases(), form.groups()));
            evaluate(graph, part.packed(), part.scales(), part.biases());
            divided.add(part);
        }
        return List.copyOf(divided);
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

        private final QuantizedArrays whole;
        private final QuantizedArrays[] parts;
        private final ArrayType type;
        private final long bias;

        Quantized(
                Graph graph,
                WeightForm form,
                QuantizedArrays whole,
                List<QuantizedArrays> parts,
                ArrayType type,
                long bias) {
            super(graph, form, type, all(whole, parts, bias));
            this.whole = whole;
            this.parts = parts.toArray(QuantizedArrays[]::new);
            this.type = type;
            this.bias = bias;
        }

        private static long[] all(QuantizedArrays whole, List<QuantizedArrays> parts, long bias) {
            LongStream.Builder all = LongStream.builder().add(bias);
            Stream.concat(Stream.of(whole), parts.stream())
                    .forEach(arrays ->
                            all.add(arrays.packed()).add(arrays.scales()).add(arrays.biases()));
            return all.build().toArray();
        }

        @Override
        long multiply(Graph graph, long x) {
            long product = parts.length == 1 ? graph.quantizedMatmul(x, parts[0], 0) : together(graph, x);
            return bias == 0 ? product : graph.add(product, bias);
        }

        private long together(Graph graph, long x) {
            long[] products = new long[parts.length];
            for (int part = 0; part < products.length; part++) {
                products[part] = graph.quantizedMatmul(x, parts[part], part);
            }
            return graph.concatenate(1, products);
        }

        @Override
        long rows(Graph graph, long indices) {
            return graph.dequantize(
                    whole.with(
                            graph.take(whole.packed(), indices),
                            graph.take(whole.scales(), indices),
                            whole.biases() == 0 ? 0 : graph.take(whole.biases(), indices)),
                    type);
        }
    }
}
