package dev.exoflux.mlx.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What a transformer is made of; lazy, as {@link OpCalls}. An optional number is its bits, with bit 32 set where there is one; an array that may be
 * absent is 0.
 */
public final class ModelCalls {

    private static final MethodHandle I_ALIZLFLLL = Downcalls.of(
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            JAVA_BOOLEAN,
            JAVA_LONG,
            JAVA_FLOAT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    private static final MethodHandle I_ALLFL =
            Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_FLOAT, JAVA_LONG);
    private static final MethodHandle I_ALLL = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_ALLLFALLZL = Downcalls.of(
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_BOOLEAN,
            JAVA_LONG);
    private static final MethodHandle I_ALLLFFL =
            Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_FLOAT, JAVA_FLOAT, JAVA_LONG);
    private static final MethodHandle I_ALLLLLALLL = Downcalls.of(
            JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG,
            JAVA_LONG);
    private static final MethodHandle I_ALLLLZLLAL = Downcalls.of(
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_BOOLEAN,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG);

    private final MemorySegment matmul;
    private final MemorySegment addmm;
    private final MemorySegment quantizedMatmul;
    private final MemorySegment dequantize;
    private final MemorySegment rmsNorm;
    private final MemorySegment ropeDynamic;
    private final MemorySegment scaledDotProductAttention;

    ModelCalls(Symbols symbols) {
        matmul = symbols.address("mlx_matmul");
        addmm = symbols.address("mlx_addmm");
        quantizedMatmul = symbols.address("mlx_quantized_matmul");
        dequantize = symbols.address("mlx_dequantize");
        rmsNorm = symbols.address("mlx_fast_rms_norm");
        ropeDynamic = symbols.address("mlx_fast_rope_dynamic");
        scaledDotProductAttention = symbols.address("mlx_fast_scaled_dot_product_attention");
    }

    /** {@code int mlx_matmul(mlx_array* res, mlx_array a, mlx_array b, mlx_stream s)} */
    public int matmul(MemorySegment res, long a, long b, long s) {
        try {
            return (int) I_ALLL.invokeExact(matmul, res, a, b, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_addmm(mlx_array* res, mlx_array c, mlx_array a, mlx_array b, float alpha, float beta, mlx_stream s)} */
    public int addmm(MemorySegment res, long c, long a, long b, float alpha, float beta, long s) {
        try {
            return (int) I_ALLLFFL.invokeExact(addmm, res, c, a, b, alpha, beta, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_quantized_matmul(mlx_array* res, mlx_array x, mlx_array w, mlx_array scales, mlx_array biases, bool transpose, mlx_optional_int group_size, mlx_optional_int bits, char* mode, mlx_stream s)} */
    public int quantizedMatmul(
            MemorySegment res,
            long x,
            long w,
            long scales,
            long biases,
            boolean transpose,
            long groupSize,
            long bits,
            MemorySegment mode,
            long s) {
        try {
            return (int) I_ALLLLZLLAL.invokeExact(
                    quantizedMatmul, res, x, w, scales, biases, transpose, groupSize, bits, mode, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_dequantize(mlx_array* res, mlx_array w, mlx_array scales, mlx_array biases, mlx_optional_int group_size, mlx_optional_int bits, char* mode, mlx_array global_scale, mlx_optional_dtype dtype, mlx_stream s)} */
    public int dequantize(
            MemorySegment res,
            long w,
            long scales,
            long biases,
            long groupSize,
            long bits,
            MemorySegment mode,
            long globalScale,
            long dtype,
            long s) {
        try {
            return (int) I_ALLLLLALLL.invokeExact(
                    dequantize, res, w, scales, biases, groupSize, bits, mode, globalScale, dtype, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_fast_rms_norm(mlx_array* res, mlx_array x, mlx_array weight, float eps, mlx_stream s)} */
    public int rmsNorm(MemorySegment res, long x, long weight, float eps, long s) {
        try {
            return (int) I_ALLFL.invokeExact(rmsNorm, res, x, weight, eps, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_fast_rope_dynamic(mlx_array* res, mlx_array x, int dims, bool traditional, mlx_optional_float base, float scale, mlx_array offset, mlx_array freqs, mlx_stream s)} */
    public int ropeDynamic(
            MemorySegment res,
            long x,
            int dims,
            boolean traditional,
            long base,
            float scale,
            long offset,
            long freqs,
            long s) {
        try {
            return (int) I_ALIZLFLLL.invokeExact(ropeDynamic, res, x, dims, traditional, base, scale, offset, freqs, s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_fast_scaled_dot_product_attention(mlx_array* res, mlx_array queries, mlx_array keys, mlx_array values, float scale, char* mask_mode, mlx_array mask_arr, mlx_array sinks, bool force_fused, mlx_stream s)} */
    public int scaledDotProductAttention(
            MemorySegment res,
            long queries,
            long keys,
            long values,
            float scale,
            MemorySegment maskMode,
            long maskArr,
            long sinks,
            boolean forceFused,
            long s) {
        try {
            return (int) I_ALLLFALLZL.invokeExact(
                    scaledDotProductAttention,
                    res,
                    queries,
                    keys,
                    values,
                    scale,
                    maskMode,
                    maskArr,
                    sinks,
                    forceFused,
                    s);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }
}
