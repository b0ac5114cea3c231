package dev.exoflux.mlx.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Elements and shapes; lazy: a node of the graph is made, and nothing computed. {@code s} is the stream that will. */
public final class OpCalls {

    private static final MethodHandle I_AALIL =
            Downcalls.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle I_ALALALALL = Downcalls.of(
            JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_ALALL =
            Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_ALIL = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle I_ALIZL =
            Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_BOOLEAN, JAVA_LONG);
    private static final MethodHandle I_ALL = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_ALLALALALL = Downcalls.of(
            JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG,
            JAVA_LONG);
    private static final MethodHandle I_ALLIL =
            Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle I_ALLL = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_ALZL = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_BOOLEAN, JAVA_LONG);

    private final MemorySegment add;
    private final MemorySegment multiply;
    private final MemorySegment sigmoid;
    private final MemorySegment astype;
    private final MemorySegment reshape;
    private final MemorySegment transposeAxes;
    private final MemorySegment contiguous;
    private final MemorySegment slice;
    private final MemorySegment sliceUpdate;
    private final MemorySegment takeAxis;
    private final MemorySegment concatenateAxis;
    private final MemorySegment zeros;
    private final MemorySegment argmaxAxis;

    OpCalls(Symbols symbols) {
        add = symbols.address("mlx_add");
        multiply = symbols.address("mlx_multiply");
        sigmoid = symbols.address("mlx_sigmoid");
        astype = symbols.address("mlx_astype");
        reshape = symbols.address("mlx_reshape");
        transposeAxes = symbols.address("mlx_transpose_axes");
        contiguous = symbols.address("mlx_contiguous");
        slice = symbols.address("mlx_slice");
        sliceUpdate = symbols.address("mlx_slice_update");
        takeAxis = symbols.address("mlx_take_axis");
        concatenateAxis = symbols.address("mlx_concatenate_axis");
        zeros = symbols.address("mlx_zeros");
        argmaxAxis = symbols.address("mlx_argmax_axis");
    }

    /** {@code int mlx_add(mlx_array* res, mlx_array a, mlx_array b, mlx_stream s)} */
    public int add(MemorySegment res, long a, long b, long s) {
        try {
            return (int) I_ALLL.invokeExact(add, res, a, b, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_multiply(mlx_array* res, mlx_array a, mlx_array b, mlx_stream s)} */
    public int multiply(MemorySegment res, long a, long b, long s) {
        try {
            return (int) I_ALLL.invokeExact(multiply, res, a, b, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_sigmoid(mlx_array* res, mlx_array a, mlx_stream s)} */
    public int sigmoid(MemorySegment res, long a, long s) {
        try {
            return (int) I_ALL.invokeExact(sigmoid, res, a, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_astype(mlx_array* res, mlx_array a, mlx_dtype dtype, mlx_stream s)} */
    public int astype(MemorySegment res, long a, int dtype, long s) {
        try {
            return (int) I_ALIL.invokeExact(astype, res, a, dtype, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_reshape(mlx_array* res, mlx_array a, int* shape, size_t shape_num, mlx_stream s)} */
    public int reshape(MemorySegment res, long a, MemorySegment shape, long shapeNum, long s) {
        try {
            return (int) I_ALALL.invokeExact(reshape, res, a, shape, shapeNum, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_transpose_axes(mlx_array* res, mlx_array a, int* axes, size_t axes_num, mlx_stream s)} */
    public int transposeAxes(MemorySegment res, long a, MemorySegment axes, long axesNum, long s) {
        try {
            return (int) I_ALALL.invokeExact(transposeAxes, res, a, axes, axesNum, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_contiguous(mlx_array* res, mlx_array a, bool allow_col_major, mlx_stream s)} */
    public int contiguous(MemorySegment res, long a, boolean allowColMajor, long s) {
        try {
            return (int) I_ALZL.invokeExact(contiguous, res, a, allowColMajor, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_slice(mlx_array* res, mlx_array a, int* start, size_t start_num, int* stop, size_t stop_num, int* strides, size_t strides_num, mlx_stream s)} */
    public int slice(
            MemorySegment res,
            long a,
            MemorySegment start,
            long startNum,
            MemorySegment stop,
            long stopNum,
            MemorySegment strides,
            long stridesNum,
            long s) {
        try {
            return (int) I_ALALALALL.invokeExact(slice, res, a, start, startNum, stop, stopNum, strides, stridesNum, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_slice_update(mlx_array* res, mlx_array src, mlx_array update, int* start, size_t start_num, int* stop, size_t stop_num, int* strides, size_t strides_num, mlx_stream s)} */
    public int sliceUpdate(
            MemorySegment res,
            long src,
            long update,
            MemorySegment start,
            long startNum,
            MemorySegment stop,
            long stopNum,
            MemorySegment strides,
            long stridesNum,
            long s) {
        try {
            return (int) I_ALLALALALL.invokeExact(
                    sliceUpdate, res, src, update, start, startNum, stop, stopNum, strides, stridesNum, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_take_axis(mlx_array* res, mlx_array a, mlx_array indices, int axis, mlx_stream s)} */
    public int takeAxis(MemorySegment res, long a, long indices, int axis, long s) {
        try {
            return (int) I_ALLIL.invokeExact(takeAxis, res, a, indices, axis, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_concatenate_axis(mlx_array* res, mlx_vector_array arrays, int axis, mlx_stream s)} */
    public int concatenateAxis(MemorySegment res, long arrays, int axis, long s) {
        try {
            return (int) I_ALIL.invokeExact(concatenateAxis, res, arrays, axis, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_zeros(mlx_array* res, int* shape, size_t shape_num, mlx_dtype dtype, mlx_stream s)} */
    public int zeros(MemorySegment res, MemorySegment shape, long shapeNum, int dtype, long s) {
        try {
            return (int) I_AALIL.invokeExact(zeros, res, shape, shapeNum, dtype, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_argmax_axis(mlx_array* res, mlx_array a, int axis, bool keepdims, mlx_stream s)} */
    public int argmaxAxis(MemorySegment res, long a, int axis, boolean keepdims, long s) {
        try {
            return (int) I_ALIZL.invokeExact(argmaxAxis, res, a, axis, keepdims, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }
}
