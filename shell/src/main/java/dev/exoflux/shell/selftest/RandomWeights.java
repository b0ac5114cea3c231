package dev.exoflux.shell.selftest;

import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.SmallFloatForm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Matrices of random numbers in the forms that checkpoints have; their memory is the arena's.
 *
 * @param arena shared: backends read what they load on threads of their own
 */
record RandomWeights(Arena arena) {

    private static final int GROUP = 64;
    private static final int SEED = 1;

    MatrixData.Dense dense(int rows, int columns, DType type) {
        return new MatrixData.Dense(rows, columns, type, numbers((long) rows * columns, type, 1));
    }

    MatrixData.Affine affine(int rows, int columns, int bits) {
        long groups = (long) rows * columns / GROUP;
        return new MatrixData.Affine(
                rows,
                columns,
                bits,
                GROUP,
                bytes((long) rows * columns * bits / Byte.SIZE, 0, 256),
                DType.BF16,
                numbers(groups, DType.BF16, 1f / (1 << bits)),
                numbers(groups, DType.BF16, 1));
    }

    MatrixData.SmallFloats smallFloats(int rows, int columns, SmallFloatForm form) {
        long values = (long) rows * columns;
        boolean powers = form != SmallFloatForm.NVFP4;
        return new MatrixData.SmallFloats(
                rows,
                columns,
                form,
                bytes(values * form.bits() / Byte.SIZE, 0, 127), // no code that could be a NaN
                bytes(values / form.groupSize(), powers ? 122 : 40, powers ? 128 : 60));
    }

    private MemorySegment bytes(long count, int from, int to) {
        SplittableRandom random = new SplittableRandom(SEED);
        MemorySegment segment = arena.allocate(count, Long.BYTES);
        for (long at = 0; at < count; at++) {
            segment.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(from, to));
        }
        return segment;
    }

    private MemorySegment numbers(long count, DType type, float most) {
        SplittableRandom random = new SplittableRandom(SEED);
        MemorySegment segment = arena.allocate(count * type.bytes(), Long.BYTES);
        for (long i = 0; i < count; i++) {
            float number = random.nextFloat(-most, most);
            switch (type) {
                case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, number);
                case F16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(number));
                case BF16 ->
                    segment.setAtIndex(
                            ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(number) >>> Short.SIZE));
                default -> throw new IllegalArgumentException("no type of weights: " + type);
            }
        }
        return segment;
    }
}
