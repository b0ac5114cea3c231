package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.RandomMatrix;
import dev.exoflux.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a matrix is divided, the numbers are those of the whole, and it takes no more memory. */
final class PartsTest {

    private static final int ROWS = 37;
    private static final int COLUMNS = 192;

    @ParameterizedTest
    @CsvSource({"1, 1, 4096", "37, 5, 1", "37, 37, 1", "3, 8, 1", "1, 8, 1", "1024, 8, 300000"})
    void everyRowIsInOnePartAndNoPartIsEmpty(int rows, int most, long least) {
        List<Parts.Rows> parts = new Parts(most, least).of(rows, 1024);
        assertThat(parts).hasSizeBetween(1, Math.min(rows, most));
        int from = 0;
        for (Parts.Rows part : parts) {
            assertThat(part.from()).isEqualTo(from);
            assertThat(part.to()).isGreaterThan(from);
            from = part.to();
        }
        assertThat(from).isEqualTo(rows);
    }

    @Test
    void whatIsSmallIsNotDivided() {
        Parts parts = new Parts(8, 1000);
        assertThat(parts.of(199, 10)).hasSize(1);
        assertThat(parts.of(200, 10)).hasSize(2);
        assertThat(parts.of(1_000_000, 1_000_000)).hasSize(8);
        assertThat(Parts.WHOLE.of(1_000_000, 1_000_000)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"F32, 2", "F32, 3", "F32, 37", "BF16, 2", "BF16, 5"})
    void aMatrixInPartsGivesTheSameBits(ArrayType type, int parts) {
        try (MlxBackend whole = TestMlx.backend(type, Parts.WHOLE);
                MlxBackend divided = TestMlx.backend(type, new Parts(parts, 1))) {
            Stream.concat(
                            RandomMatrix.dense(ROWS, COLUMNS, parts).stream(),
                            RandomMatrix.quantised(ROWS, COLUMNS, parts).stream())
                    .forEach(matrix -> {
                        for (int rows : new int[] {1, 2, 7}) {
                            for (float[] bias : new float[][] {null, vector(ROWS, 5)}) {
                                assertThat(products(divided, matrix, bias, rows))
                                        .as("%s, %d rows, %s", matrix, rows, bias == null ? "no bias" : "bias")
                                        .isDeepEqualTo(products(whole, matrix, bias, rows));
                            }
                        }
                    });
        }
    }

    /** Of some vectors, and the rows of the matrix itself. */
    private static float[][] products(MlxBackend backend, RandomMatrix matrix, float @Nullable [] bias, int rows) {
        try (Matrix loaded = backend.load(matrix.data(), bias);
                Ops ops = backend.open()) {
            Tensor y = ops.linear(ops.upload(vector(rows * COLUMNS, rows), COLUMNS), loaded);
            Tensor looked = ops.embed(loaded, new int[] {ROWS - 1, 0, 17});
            List<float[]> all = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                all.add(read(ops, y, row, ROWS));
            }
            for (int i = 0; i < 3; i++) {
                all.add(read(ops, looked, i, COLUMNS));
            }
            return all.toArray(float[][]::new);
        }
    }

    private static float[] read(Ops ops, Tensor x, int row, int width) {
        float[] numbers = new float[width];
        ops.read(x, row, numbers);
        return numbers;
    }

    private static float[] vector(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextDouble(-1, 1);
        }
        return numbers;
    }

    @Test
    void partsTakeNoMemoryAndGoWithTheirMatrix() {
        try (MlxBackend whole = TestMlx.backend(ArrayType.F32, Parts.WHOLE);
                MlxBackend divided = TestMlx.backend(ArrayType.F32, new Parts(4, 1))) {
            long handles = divided.liveHandles();
            long bytes = divided.activeBytes();
            Stream.concat(
                            RandomMatrix.dense(ROWS, COLUMNS, 1).stream(),
                            RandomMatrix.quantised(ROWS, COLUMNS, 1).stream())
                    .forEach(matrix -> {
                        long undivided = taken(whole, matrix);
                        assertThat(taken(divided, matrix)).as(matrix.name()).isEqualTo(undivided);
                    });
            assertThat(divided.liveHandles()).isEqualTo(handles);
            assertThat(divided.activeBytes()).isEqualTo(bytes);
        }
    }

    private static long taken(MlxBackend backend, RandomMatrix matrix) {
        long before = backend.activeBytes();
        try (Matrix loaded = backend.load(matrix.data(), vector(ROWS, 1))) {
            assertThat(loaded.bytes()).isPositive();
            return backend.activeBytes() - before;
        }
    }
}
