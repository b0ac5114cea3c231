package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackends.Choice;
import dev.exoflux.model.AttentionCase;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.Backend;
import dev.exoflux.model.DType;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.RandomMatrix;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scalar and the vector kernels agree to the last bit, with any number of threads. */
final class SameBitsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 16, 33, 64, 207, 1024, 4098})
    void linearOfDenseMatrices(int width) {
        for (int outputs : new int[] {1, 16, 70}) {
            for (RandomMatrix matrix : RandomMatrix.dense(outputs, width, width)) {
                assertLinear(matrix);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 96, 128, 320, 4096})
    void linearOfQuantisedMatrices(int width) {
        for (RandomMatrix matrix : RandomMatrix.quantised(87, width, width)) {
            assertLinear(matrix);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 96, 128, 320, 4096})
    void compiledLinearOfQuantisedMatrices(int width) {
        for (RandomMatrix matrix : RandomMatrix.quantised(87, width, width)) {
            for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 29, 33, 37}) {
                assertSameCompiled((backend, ops) -> {
                    try (Matrix w = backend.load(matrix.data(), null)) {
                        return read(ops, ops.linear(ops.upload(randomFloats(rows * width, rows), width), w));
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 207, 1301, 4098})
    void compiledLinearOfBf16(int width) {
        RandomMatrix matrix = RandomMatrix.dense(87, width, DType.BF16, width);
        for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 29, 33, 37}) {
            assertSameCompiled((backend, ops) -> {
                try (Matrix w = backend.load(matrix.data(), null)) {
                    return read(ops, ops.linear(ops.upload(randomFloats(rows * width, rows), width), w));
                }
            });
        }
    }

    @Test
    void linearOfNumbersOfEverySize() {
        for (RandomMatrix matrix : RandomMatrix.quantised(20, 64, 1)) {
            assertSame((backend, ops) -> {
                try (Matrix w = backend.load(matrix.data(), null)) {
                    return read(ops, ops.linear(ops.upload(anyFloats(40 * 64, 1), 64), w));
                }
            });
        }
    }

    private static void assertLinear(RandomMatrix matrix) {
        int columns = matrix.data().columns();
        float[] bias = randomFloats(matrix.data().rows(), 5);
        for (int rows : new int[] {1, 5, 29}) {
            assertSame((backend, ops) -> {
                try (Matrix w = backend.load(matrix.data(), rows % 2 == 0 ? bias : null)) {
                    return read(ops, ops.linear(ops.upload(randomFloats(rows * columns, rows), columns), w));
                }
            });
        }
    }

    @Test
    void embed() {
        List<RandomMatrix> tables = new ArrayList<>(RandomMatrix.dense(50, 96, 1));
        tables.addAll(RandomMatrix.quantised(50, 96, 1));
        for (RandomMatrix table : tables) {
            assertSame((backend, ops) -> {
                try (Matrix w = backend.load(table.data(), null)) {
                    return read(ops, ops.embed(w, new int[] {49, 0, 15, 16}));
                }
            });
        }
    }

    /** Every half-precision number there is, the infinite and the subnormal among them. */
    @Test
    void halfPrecisionWeights() {
        everyNumber(DType.F16);
        everyNumber(DType.BF16);
    }

    private static void everyNumber(DType type) {
        RandomMatrix matrix = RandomMatrix.dense(1 << 16, 1, type, 1);
        var values = ((MatrixData.Dense) matrix.data()).values();
        for (int i = 0; i < 1 << 16; i++) {
            values.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, (short) i);
        }
        assertSame((backend, ops) -> {
            try (Matrix w = backend.load(matrix.data(), null)) {
                return read(ops, ops.linear(ops.upload(new float[] {1, 3}, 1), w));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 16, 33, 64, 207, 1024, 4098, 40_000})
    void elementsAndNorms(int width) {
        float[] a = anyFloats(2 * width, 1);
        float[] b = randomFloats(2 * width, 2);
        float[] weight = randomFloats(width, 3);
        assertSame((backend, ops) -> read(ops, ops.add(ops.upload(a, width), ops.upload(b, width))));
        assertSame((backend, ops) -> read(ops, ops.swiglu(ops.upload(a, width), ops.upload(b, width))));
        assertSame((backend, ops) -> read(ops, ops.rmsNorm(ops.upload(b, width), weight, 1e-6f)));
    }

    @Test
    void ropeOfSingleHeads() {
        Rope rope = new Rope(20, new float[] {1, 0.3f, 0.02f, 0.001f, 1e-4f, 1e-5f, 1e-6f}, 1);
        assertSame((backend, ops) -> {
            try (KvCache cache = backend.newCache(new AttentionCase(1, 1, 4, 1, 1, 1).kvShape(), 10)) {
                Positions at = new Positions(List.of(new Positions.Run(cache, 0, 7)));
                return read(ops, ops.rope(ops.upload(randomFloats(7 * 60, 1), 60), rope, at));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.AttentionCase#all")
    void attention(AttentionCase attention) {
        assertSameAttention(attention, 50);
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.AttentionCase#all")
    void compiledAttention(AttentionCase attention) {
        assertSameCompiledAttention(attention, 50);
        assertSameCompiledAttention(attention, 1);
    }

    @Test
    void compiledAttentionOfMoreHeadsThanATileHas() {
        assertSameCompiledAttention(new AttentionCase(37, 1, 32, AttentionShape.FULL, 90, 1), 40);
        assertSameCompiledAttention(new AttentionCase(6, 2, 64, 70, 300, 1), 150);
    }

    @Test
    void attentionOfALongSequence() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 1500, 1);
        assertSameAttention(attention, 500);
        assertSameCompiledAttention(attention, 500);
    }

    private static void assertSameAttention(AttentionCase attention, int chunk) {
        for (KvType cache : KvType.values()) {
            int[][] expected =
                    with(scalar(Activations.ROUNDED, cache), (backend, ops) -> attention.run(backend, chunk));
            for (int threads : new int[] {1, 2, 4}) {
                assertThat(with(
                                vector(threads, Activations.ROUNDED, cache),
                                (backend, ops) -> attention.run(backend, chunk)))
                        .as("cache in %s, %d threads", cache, threads)
                        .isDeepEqualTo(expected);
            }
        }
    }

    private static void assertSameCompiledAttention(AttentionCase attention, int chunk) {
        for (KvType cache : KvType.values()) {
            assertThat(with(CompiledProducts.backend(2, cache), (backend, ops) -> attention.run(backend, chunk)))
                    .as("cache in %s", cache)
                    .isDeepEqualTo(
                            with(scalar(Activations.ROUNDED, cache), (backend, ops) -> attention.run(backend, chunk)));
        }
    }

    private static CpuBackend scalar(Activations activations, KvType cache) {
        return CpuBackends.create(new CpuSettings(1, Choice.SCALAR, activations, cache, null));
    }

    private static CpuBackend vector(int threads, Activations activations, KvType cache) {
        return CpuBackends.create(new CpuSettings(threads, Choice.BEST, activations, cache, null));
    }

    private static void assertSame(BiFunction<Backend, Ops, float[][]> work) {
        for (Activations activations : Activations.values()) {
            int[][] expected = with(scalar(activations, activations.cacheType()), work);
            for (int threads : new int[] {1, 2, 4}) {
                assertThat(with(vector(threads, activations, activations.cacheType()), work))
                        .as("%s, %d threads", activations, threads)
                        .isDeepEqualTo(expected);
            }
        }
    }

    /** The kernels compiled from C agree as well. */
    private static void assertSameCompiled(BiFunction<Backend, Ops, float[][]> work) {
        assertThat(with(CompiledProducts.backend(2), work))
                .isDeepEqualTo(with(CpuBackends.create(1, Choice.SCALAR), work));
    }

    private static int[][] with(CpuBackend backend, BiFunction<Backend, Ops, float[][]> work) {
        try (backend;
                Ops ops = backend.open()) {
            return bits(work.apply(backend, ops));
        }
    }

    /** Tells 0 from -0; all that is no number is one. */
    private static int[][] bits(float[][] rows) {
        int[][] bits = new int[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            bits[row] = new int[rows[row].length];
            for (int i = 0; i < rows[row].length; i++) {
                bits[row][i] = Float.floatToIntBits(rows[row][i]);
            }
        }
        return bits;
    }

    private static float[] randomFloats(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = random.nextFloat(-2, 2);
        }
        return floats;
    }

    /** Bit patterns at random, but no NaN and no infinity: of every size, subnormal numbers among them. */
    private static float[] anyFloats(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            floats[i] = Float.isFinite(any) ? any : 0;
        }
        return floats;
    }

    private static float[][] read(Ops ops, Tensor x) {
        float[][] rows = new float[x.rows()][x.width()];
        for (int row = 0; row < rows.length; row++) {
            ops.read(x, row, rows[row]);
        }
        return rows;
    }
}
