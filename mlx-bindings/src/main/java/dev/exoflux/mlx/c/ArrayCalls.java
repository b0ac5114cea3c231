package dev.exoflux.mlx.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Arrays, vectors of them, and when they are computed. A shape is {@code int[]}, read during the call. */
public final class ArrayCalls {

    private static final MethodHandle GET_A_L = Downcalls.getter(ADDRESS, JAVA_LONG);
    private static final MethodHandle GET_L_L = Downcalls.getter(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_L = Downcalls.of(JAVA_INT, JAVA_LONG);
    private static final MethodHandle L_AAII = Downcalls.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle L_AL = Downcalls.of(JAVA_LONG, ADDRESS, JAVA_LONG);

    private final MemorySegment newData;
    private final MemorySegment free;
    private final MemorySegment ndim;
    private final MemorySegment shape;
    private final MemorySegment dataFloat32;
    private final MemorySegment dataUint32;
    private final MemorySegment vectorArrayNewData;
    private final MemorySegment vectorArrayFree;
    private final MemorySegment eval;
    private final MemorySegment asyncEval;

    ArrayCalls(Symbols symbols) {
        newData = symbols.address("mlx_array_new_data");
        free = symbols.address("mlx_array_free");
        ndim = symbols.address("mlx_array_ndim");
        shape = symbols.address("mlx_array_shape");
        dataFloat32 = symbols.address("mlx_array_data_float32");
        dataUint32 = symbols.address("mlx_array_data_uint32");
        vectorArrayNewData = symbols.address("mlx_vector_array_new_data");
        vectorArrayFree = symbols.address("mlx_vector_array_free");
        eval = symbols.address("mlx_eval");
        asyncEval = symbols.address("mlx_async_eval");
    }

    /** {@code mlx_array mlx_array_new_data(void* data, int* shape, int dim, mlx_dtype dtype)} */
    public long newData(MemorySegment data, MemorySegment shape, int dim, int dtype) {
        try {
            return (long) L_AAII.invokeExact(newData, data, shape, dim, dtype);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_array_free(mlx_array arr)} */
    public int free(long arr) {
        try {
            return (int) I_L.invokeExact(free, arr);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code size_t mlx_array_ndim(mlx_array arr)} */
    public long ndim(long arr) {
        try {
            return (long) GET_L_L.invokeExact(ndim, arr);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int* mlx_array_shape(mlx_array arr)} */
    public MemorySegment shape(long arr) {
        try {
            return (MemorySegment) GET_A_L.invokeExact(shape, arr);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code float* mlx_array_data_float32(mlx_array arr)} */
    public MemorySegment dataFloat32(long arr) {
        try {
            return (MemorySegment) GET_A_L.invokeExact(dataFloat32, arr);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code uint32_t* mlx_array_data_uint32(mlx_array arr)} */
    public MemorySegment dataUint32(long arr) {
        try {
            return (MemorySegment) GET_A_L.invokeExact(dataUint32, arr);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code mlx_vector_array mlx_vector_array_new_data(mlx_array* data, size_t size)} */
    public long vectorArrayNewData(MemorySegment data, long size) {
        try {
            return (long) L_AL.invokeExact(vectorArrayNewData, data, size);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_vector_array_free(mlx_vector_array vec)} */
    public int vectorArrayFree(long vec) {
        try {
            return (int) I_L.invokeExact(vectorArrayFree, vec);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_eval(mlx_vector_array outputs)} */
    public int eval(long outputs) {
        try {
            return (int) I_L.invokeExact(eval, outputs);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_async_eval(mlx_vector_array outputs)} */
    public int asyncEval(long outputs) {
        try {
            return (int) I_L.invokeExact(asyncEval, outputs);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }
}
