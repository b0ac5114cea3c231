package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.DType;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Narrow weights are the weights, to the last bit, and take three quarters of their memory. */
final class NarrowPairsTest {

    private static final int ROWS = 87; // the last block has 7

    private final SplittableRandom random = new SplittableRandom(3);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 10, 64, 1301, 4096})
    void areWhatTheyWere(int columns) {
        short[] numbers = bellShaped(columns);
        try (CpuBackend backend = CompiledProducts.backend(2);
                Matrix matrix = backend.load(data(numbers, columns), null)) {
            assertThat(((PackedMatrix) matrix).packing().narrow()).isTrue();
            assertRows(backend, matrix, numbers, columns);
        }
    }

    @Test
    void patchesStandInForWhatIsRare() {
        int columns = 2048;
        short[] numbers = bellShaped(columns);
        numbers[0] = bf16(1e30f); // the first and the last of all, and neighbours of one quad
        numbers[4 * columns + 100] = bf16(-1e-30f);
        numbers[4 * columns + 101] = bf16(1e-25f);
        numbers[5 * columns + 101] = 0;
        numbers[numbers.length - 1] = bf16(Float.NEGATIVE_INFINITY);
        float[] x = new float[columns];
        for (int i = 0; i < columns; i++) {
            x[i] = random.nextFloat(-1, 1);
        }
        try (CpuBackend backend = CompiledProducts.backend(2);
                Matrix matrix = backend.load(data(numbers, columns), null)) {
            assertThat(((PackedMatrix) matrix).packing().narrow()).isTrue();
            assertRows(backend, matrix, numbers, columns);
            for (int rows : new int[] {1, 3, 8, 33, 70}) {
                assertThat(product(backend, numbers, columns, x, rows))
                        .as("%d rows", rows)
                        .isEqualTo(
                                product(CpuBackends.create(1, CpuBackends.Choice.SCALAR), numbers, columns, x, rows));
            }
        }
    }

    @Test
    void takeThreeQuartersOfTheirMemory() {
        int columns = 4096;
        try (CpuBackend backend = CompiledProducts.backend(2);
                Matrix matrix = backend.load(data(bellShaped(columns), columns), null)) {
            long blocksOfSixteen = (ROWS + 15L) / 16 * 16;
            assertThat(matrix.bytes()).isLessThan((long) (0.76 * blocksOfSixteen * columns * Short.BYTES));
        }
    }

    /** As numbers of every size would: those are left as they are. */
    @Test
    void areNotMadeOfNumbersThatShareLittle() {
        int columns = 512;
        short[] numbers = new short[ROWS * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = bf16(Math.scalb(random.nextFloat(1, 2), random.nextInt(-100, 100)));
        }
        try (CpuBackend backend = CompiledProducts.backend(2);
                Matrix matrix = backend.load(data(numbers, columns), null)) {
            assertThat(((PackedMatrix) matrix).packing().narrow()).isFalse();
            assertRows(backend, matrix, numbers, columns);
            assertThat(backend.residentBytes())
                    .as("without what was tried first")
                    .isEqualTo(matrix.bytes());
        }
    }

    /** As a checkpoint's weights are, nearly enough. */
    private short[] bellShaped(int columns) {
        short[] numbers = new short[ROWS * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = bf16((float) random.nextGaussian(0, 0.02));
        }
        return numbers;
    }

    private static void assertRows(CpuBackend backend, Matrix matrix, short[] numbers, int columns) {
        float[] row = new float[columns];
        try (Ops ops = backend.open()) {
            int[] all = new int[ROWS];
            for (int i = 0; i < ROWS; i++) {
                all[i] = i;
            }
            Tensor table = ops.embed(matrix, all);
            for (int i = 0; i < ROWS; i++) {
                ops.read(table, i, row);
                for (int column = 0; column < columns; column++) {
                    assertThat(Float.floatToRawIntBits(row[column]))
                            .as("row %d, column %d", i, column)
                            .isEqualTo(numbers[i * columns + column] << Short.SIZE);
                }
            }
        }
    }

    /** The same activations in each of so many rows, but for their sign. */
    private static int[] product(CpuBackend backend, short[] numbers, int columns, float[] x, int rows) {
        float[] all = new float[rows * columns];
        for (int i = 0; i < all.length; i++) {
            all[i] = i / columns % 2 == 0 ? x[i % columns] : -x[i % columns];
        }
        int[] bits = new int[rows * ROWS];
        float[] row = new float[ROWS];
        try (Matrix matrix = backend.load(data(numbers, columns), null);
                Ops ops = backend.open()) {
            Tensor y = ops.linear(ops.upload(all, columns), matrix);
            for (int i = 0; i < rows; i++) {
                ops.read(y, i, row);
                for (int j = 0; j < ROWS; j++) {
                    bits[i * ROWS + j] = Float.floatToIntBits(row[j]);
                }
            }
        }
        return bits;
    }

    private static short bf16(float x) {
        return (short) (Bf16.round(x) >>> Short.SIZE);
    }

    private static MatrixData data(short[] numbers, int columns) {
        MemorySegment stored = Arena.ofAuto().allocate((long) numbers.length * Short.BYTES, Short.BYTES);
        MemorySegment.copy(numbers, 0, stored, ValueLayout.JAVA_SHORT, 0, numbers.length);
        return new MatrixData.Dense(ROWS, columns, DType.BF16, stored);
    }
}
