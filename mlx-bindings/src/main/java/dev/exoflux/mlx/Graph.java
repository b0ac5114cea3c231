package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.mlx.c.MlxLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arrays of one step, lazy until {@link #evaluate}: makes them, owns their handles and frees them. Used on MLX's thread
 * alone.
 *
 * <p>Freeing the handle of an array that another still needs is right and wanted: the graph keeps it for as long as that
 * takes, and no longer.
 */
final class Graph implements AutoCloseable {

    private static final long PRESENT = 1L << 32;

    private final MlxRuntime mlx;
    private final MlxLibrary c;
    private final Cells cells;
    private final long stream;
    private final Owned owned;

    Graph(MlxRuntime mlx) {
        this.mlx = mlx;
        this.owned = new Owned(mlx);
        this.c = mlx.library();
        this.cells = mlx.cells();
        this.stream = mlx.device().stream();
    }

    // ---- numbers in and out

    /** A copy of {@code data}. */
    long array(MemorySegment data, ArrayType type, int... shape) {
        if (data.isNative()) {
            return copied(data, type, shape);
        }
        try (Arena arena = Arena.ofConfined()) {
            return copied(arena.allocate(data.byteSize()).copyFrom(data), type, shape);
        }
    }

    private long copied(MemorySegment data, ArrayType type, int... shape) {
        long array = c.arrays().newData(data, cells.ints(0, shape), shape.length, type.code());
        if (array == 0) {
            throw mlx.failed("an array of " + type, new long[0]);
        }
        return own(array);
    }

    long array(int[] values, int... shape) {
        return array(MemorySegment.ofArray(values), ArrayType.I32, shape);
    }

    long array(byte[] truths, int... shape) {
        return array(MemorySegment.ofArray(truths), ArrayType.BOOL, shape);
    }

    /** The numbers of an f32 array without gaps, once it is evaluated; as long as the array is. */
    @SuppressWarnings("restricted") // as long as the array is
    MemorySegment floats(long array, int count) {
        return c.arrays().dataFloat32(array).reinterpret((long) count * Float.BYTES);
    }

    /** The numbers of a u32 array without gaps, once it is evaluated. */
    @SuppressWarnings("restricted") // as long as the array is
    int[] indices(long array, int count) {
        MemorySegment data = c.arrays().dataUint32(array);
        return data.reinterpret((long) count * Integer.BYTES).toArray(JAVA_INT);
    }

    /** Computes {@code arrays} and all they need, or waits for it where it is begun. */
    void evaluate(long... arrays) {
        try (Vector vector = vector(arrays)) {
            if (c.arrays().eval(vector.handle()) != 0) {
                throw mlx.failed("evaluate", arrays);
            }
        }
    }

    /** Has {@code arrays} and all they need computed, and waits for nothing. */
    void begin(long... arrays) {
        try (Vector vector = vector(arrays)) {
            if (c.arrays().asyncEval(vector.handle()) != 0) {
                throw mlx.failed("evaluate", arrays);
            }
        }
    }

    // ---- elements and shapes

    long add(long a, long b) {
        return result(c.ops().add(cells.out(), a, b, stream), "add", a, b);
    }

    long multiply(long a, long b) {
        return result(c.ops().multiply(cells.out(), a, b, stream), "multiply", a, b);
    }

    long sigmoid(long a) {
        return result(c.ops().sigmoid(cells.out(), a, stream), "sigmoid", a);
    }

    long as(ArrayType type, long a) {
        return result(c.ops().astype(cells.out(), a, type.code(), stream), "astype", a);
    }

    long contiguous(long a) {
        return result(c.ops().contiguous(cells.out(), a, false, stream), "contiguous", a);
    }

    long reshape(long a, int... shape) {
        return result(c.ops().reshape(cells.out(), a, cells.ints(0, shape), shape.length, stream), "reshape", a);
    }

    long transpose(long a, int... axes) {
        return result(c.ops().transposeAxes(cells.out(), a, cells.ints(0, axes), axes.length, stream), "transpose", a);
    }

    long slice(long a, int[] start, int[] stop) {
        int n = start.length;
        return result(
                c.ops()
                        .slice(
                                cells.out(),
                                a,
                                cells.ints(0, start),
                                n,
                                cells.ints(1, stop),
                                n,
                                cells.ones(n),
                                n,
                                stream),
                "slice",
                a);
    }

    /** {@code a} with {@code [start, stop)} replaced; in place if nobody else holds {@code a} when it is computed. */
    long update(long a, long with, int[] start, int[] stop) {
        int n = start.length;
        return result(
                c.ops()
                        .sliceUpdate(
                                cells.out(),
                                a,
                                with,
                                cells.ints(0, start),
                                n,
                                cells.ints(1, stop),
                                n,
                                cells.ones(n),
                                n,
                                stream),
                "slice_update",
                a,
                with);
    }

    /** Rows {@code indices} of {@code a}. */
    long take(long a, long indices) {
        return result(c.ops().takeAxis(cells.out(), a, indices, 0, stream), "take", a, indices);
    }

    /** Where each row of {@code a} is largest: u32. */
    long argmax(long a) {
        return result(c.ops().argmaxAxis(cells.out(), a, -1, false, stream), "argmax", a);
    }

    long concatenate(int axis, long... arrays) {
        try (Vector vector = vector(arrays)) {
            return result(c.ops().concatenateAxis(cells.out(), vector.handle(), axis, stream), "concatenate", arrays);
        }
    }

    long zeros(ArrayType type, int... shape) {
        return result(c.ops().zeros(cells.out(), cells.ints(0, shape), shape.length, type.code(), stream), "zeros");
    }

    // ---- layers

    long matmul(long a, long b) {
        return result(c.model().matmul(cells.out(), a, b, stream), "matmul", a, b);
    }

    /** {@code a b + c}. */
    long addmm(long c, long a, long b) {
        return result(this.c.model().addmm(cells.out(), c, a, b, 1, 1, stream), "addmm", c, a, b);
    }

    /** @param part of a matrix, or 0 for all of it: other parts are computed beside it */
    long quantizedMatmul(long x, QuantizedArrays w, int part) {
        return result(
                c.model()
                        .quantizedMatmul(
                                cells.out(),
                                x,
                                w.packed(),
                                w.scales(),
                                w.biases(),
                                true,
                                PRESENT | w.groupSize(),
                                PRESENT | w.bits(),
                                cells.text(w.mode()),
                                part == 0 ? stream : mlx.device().stream(part)),
                "quantized_matmul",
                x,
                w.packed(),
                w.scales());
    }

    /** The numbers of packed rows. */
    long dequantize(QuantizedArrays w, ArrayType type) {
        return result(
                c.model()
                        .dequantize(
                                cells.out(),
                                w.packed(),
                                w.scales(),
                                w.biases(),
                                PRESENT | w.groupSize(),
                                PRESENT | w.bits(),
                                cells.text(w.mode()),
                                0,
                                PRESENT | type.code(),
                                stream),
                "dequantize",
                w.packed(),
                w.scales());
    }

    /** Over the last axis. */
    long rmsNorm(long x, long weight, float epsilon) {
        return result(c.model().rmsNorm(cells.out(), x, weight, epsilon, stream), "rms_norm", x, weight);
    }

    /**
     * Rotates the first {@code dims} elements of the last axis of {@code x [batch, heads, 1, headDim]}.
     *
     * @param positions {@code [batch]}
     * @param periods {@code [dims / 2]}, of which the reciprocals are the frequencies
     */
    long rope(long x, int dims, long positions, long periods) {
        return result(
                c.model().ropeDynamic(cells.out(), x, dims, false, 0, 1, positions, periods, stream),
                "rope",
                x,
                positions,
                periods);
    }

    /**
     * Attention with grouped heads: {@code q [1, heads, queries, headDim]}, {@code k} and {@code v [1, kvHeads, keys, headDim]}.
     *
     * @param mask {@code [queries, keys]}, true where a query sees a key; 0 for the causal one, or none for one query
     */
    long attention(long q, long k, long v, float scale, boolean causal, long mask) {
        String mode = mask != 0 ? "array" : causal ? "causal" : "";
        return result(
                c.model()
                        .scaledDotProductAttention(
                                cells.out(), q, k, v, scale, cells.text(mode), mask, 0, false, stream),
                "scaled_dot_product_attention",
                q,
                k,
                v);
    }

    // ---- ownership

    private long result(int status, String op, long... inputs) {
        if (status != 0) {
            throw mlx.failed(op, inputs);
        }
        return own(cells.result());
    }

    /** Makes a new handle this graph's. */
    long own(long array) {
        return owned.add(array);
    }

    /** Makes a handle this graph's that was {@linkplain #give given away}. */
    long adopt(long array) {
        return owned.adopt(array);
    }

    /** The same handle, the caller's from now on. */
    long give(long array) {
        return owned.remove(array);
    }

    /** Frees every handle but {@code array}'s. */
    void freeAllBut(long array) {
        owned.freeAllBut(array);
    }

    @Override
    public void close() {
        freeAllBut(0);
    }

    private Vector vector(long... arrays) {
        try (Arena arena = Arena.ofConfined()) {
            long vector = c.arrays().vectorArrayNewData(arena.allocateFrom(JAVA_LONG, arrays), arrays.length);
            if (vector == 0) {
                throw mlx.failed("a vector", arrays);
            }
            return new Vector(c, vector);
        }
    }

    private record Vector(MlxLibrary c, long handle) implements AutoCloseable {
        @Override
        public void close() {
            c.arrays().vectorArrayFree(handle);
        }
    }
}
