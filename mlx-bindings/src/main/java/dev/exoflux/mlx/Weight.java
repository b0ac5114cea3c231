package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.SmallFloatForm;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix in MLX's arrays: quantised as the checkpoint has it, or plain numbers of the activations' type. Owns the
 * arrays. Used on MLX's thread alone.
 */
abstract sealed class Weight {

    private final int rows;
    private final int columns;
    private final long[] arrays;

    private Weight(Graph graph, MatrixData data, long... arrays) {
        this.rows = data.rows();
        this.columns = data.columns();
        this.arrays = arrays;
        for (long array : arrays) {
            if (array != 0) {
                graph.give(array);
            }
        }
    }

    /**
     * Copies {@code data}.
     *
     * @param type of the activations
     */
    static Weight load(MlxRuntime mlx, MatrixData data, float @Nullable [] bias, ArrayType type) {
        try (Graph graph = new Graph(mlx)) {
            long offset = bias == null ? 0 : graph.as(type, graph.array(bias, bias.length));
            return switch (data) {
                case MatrixData.Dense dense -> {
                    long values = floats(graph, dense.dtype(), dense.values(), type, dense.rows(), dense.columns());
                    evaluate(graph, values, offset);
                    yield new Dense(graph, data, values, offset);
                }
                case MatrixData.Affine affine -> {
                    int groups = affine.columns() / affine.groupSize();
                    long packed = words(graph, affine.packed(), affine.rows(), affine.columns() * affine.bits());
                    long scales = floats(graph, affine.scaleType(), affine.scales(), type, affine.rows(), groups);
                    long biases = floats(graph, affine.scaleType(), affine.biases(), type, affine.rows(), groups);
                    evaluate(graph, packed, scales, biases, offset);
                    yield new Quantized(
                            graph,
                            data,
                            new QuantizedArrays(packed, scales, biases, affine.groupSize(), affine.bits(), "affine"),
                            type,
                            offset);
                }
                case MatrixData.SmallFloats floats -> {
                    SmallFloatForm form = floats.form();
                    long packed = words(graph, floats.packed(), floats.rows(), floats.columns() * form.bits());
                    long scales = graph.array(
                            floats.scales(), ArrayType.U8, floats.rows(), floats.columns() / form.groupSize());
                    evaluate(graph, packed, scales, offset);
                    yield new Quantized(
                            graph,
                            data,
                            new QuantizedArrays(packed, scales, 0, form.groupSize(), form.bits(), form.label()),
                            type,
                            offset);
                }
            };
        }
    }

    private static long words(Graph graph, MemorySegment packed, int rows, int bitsPerRow) {
        return graph.array(packed, ArrayType.U32, rows, bitsPerRow / Integer.SIZE);
    }

    private static long floats(Graph graph, DType stored, MemorySegment values, ArrayType type, int rows, int columns) {
        ArrayType own = switch (stored) {
            case F16 -> ArrayType.F16;
            case BF16 -> ArrayType.BF16;
            default -> ArrayType.F32;
        };
        long array = graph.array(values, own, rows, columns);
        return own == type ? array : graph.as(type, array);
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

        Dense(Graph graph, MatrixData data, long values, long bias) {
            super(graph, data, values, bias);
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

        Quantized(Graph graph, MatrixData data, QuantizedArrays arrays, ArrayType type, long bias) {
            super(graph, data, arrays.packed(), arrays.scales(), arrays.biases(), bias);
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
