package dev.exoflux.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A stored matrix of random numbers, and those numbers themselves: known because the stored form was made from them, not
 * read back from it.
 *
 * @param name for messages
 * @param values {@code [rows][columns]}, what each stored value stands for
 */
@SuppressWarnings("ArrayRecordComponent")
public record RandomMatrix(String name, MatrixData data, double[][] values) {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final double[] E2M1 = {0, 0.5, 1, 1.5, 2, 3, 4, 6};

    /** Every dense form. */
    public static List<RandomMatrix> dense(int rows, int columns, long seed) {
        return List.of(
                dense(rows, columns, DType.F32, seed),
                dense(rows, columns, DType.F16, seed),
                dense(rows, columns, DType.BF16, seed));
    }

    /** Every quantised form with groups that fit into {@code columns}, a multiple of 32. */
    public static List<RandomMatrix> quantised(int rows, int columns, long seed) {
        List<RandomMatrix> all = new ArrayList<>();
        DType[] scales = {DType.F16, DType.BF16, DType.F32};
        for (int bits : new int[] {2, 3, 4, 5, 6, 8}) {
            for (int group : new int[] {32, 64, 128}) {
                if (columns % group == 0) {
                    all.add(affine(rows, columns, bits, group, scales[(bits + group / 32) % 3], seed));
                }
            }
        }
        all.add(affine(rows, columns, 4, 32, DType.BF16, seed));
        all.add(affine(rows, columns, 8, 32, DType.BF16, seed));
        for (SmallFloatForm form : SmallFloatForm.values()) {
            all.add(smallFloats(rows, columns, form, seed));
        }
        return all;
    }

    /** Numbers of the given type. */
    public static RandomMatrix dense(int rows, int columns, DType type, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MemorySegment stored = segment((long) rows * columns * type.bytes());
        double[][] values = new double[rows][columns];
        for (int i = 0; i < rows * columns; i++) {
            values[i / columns][i % columns] = store(stored, type, i, random.nextDouble(-1, 1));
        }
        return new RandomMatrix(
                "%s %dx%d".formatted(type, rows, columns), new MatrixData.Dense(rows, columns, type, stored), values);
    }

    /** MLX's affine form. */
    public static RandomMatrix affine(int rows, int columns, int bits, int group, DType scaleType, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int groups = columns / group;
        MemorySegment packed = segment((long) rows * columns * bits / 8);
        MemorySegment scales = segment((long) rows * groups * scaleType.bytes());
        MemorySegment biases = segment((long) rows * groups * scaleType.bytes());
        double[][] values = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            for (int g = 0; g < groups; g++) {
                long at = (long) row * groups + g;
                double scale = store(scales, scaleType, at, random.nextDouble(-1, 1) / (1 << bits));
                double bias = store(biases, scaleType, at, random.nextDouble(-1, 1));
                for (int i = g * group; i < (g + 1) * group; i++) {
                    int q = random.nextInt(1 << bits);
                    putBits(packed, ((long) row * columns + i) * bits, bits, q);
                    values[row][i] = scale * q + bias;
                }
            }
        }
        return new RandomMatrix(
                "%d bits, groups of %d, scales %s, %dx%d".formatted(bits, group, scaleType, rows, columns),
                new MatrixData.Affine(rows, columns, bits, group, packed, scaleType, scales, biases),
                values);
    }

    /** Floats of 4 or 8 bits. */
    public static RandomMatrix smallFloats(int rows, int columns, SmallFloatForm form, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MemorySegment packed = segment((long) rows * columns * form.bits() / 8);
        MemorySegment scales = segment((long) rows * columns / form.groupSize());
        double[][] values = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            double scale = 0;
            for (int i = 0; i < columns; i++) {
                long index = (long) row * columns + i;
                if (i % form.groupSize() == 0) {
                    int exponent = random.nextInt(-6, 3);
                    int code = form == SmallFloatForm.NVFP4 ? random.nextInt(1, 0x7F) : exponent + 127;
                    scale = form == SmallFloatForm.NVFP4 ? e4M3(code) : Math.scalb(1.0, exponent);
                    scales.set(ValueLayout.JAVA_BYTE, index / form.groupSize(), (byte) code);
                }
                int sign = random.nextInt(2);
                int code = random.nextInt(form.bits() == 4 ? 8 : 0x7F); // 0x7F is a NaN
                putBits(packed, index * form.bits(), form.bits(), sign << (form.bits() - 1) | code);
                values[row][i] = (sign == 0 ? scale : -scale) * (form.bits() == 4 ? E2M1[code] : e4M3(code));
            }
        }
        return new RandomMatrix(
                "%s %dx%d".formatted(form.label(), rows, columns),
                new MatrixData.SmallFloats(rows, columns, form, packed, scales),
                values);
    }

    private static double e4M3(int code) {
        int exponent = code >> 3;
        return exponent == 0 ? Math.scalb(code / 8.0, -6) : Math.scalb(1 + (code & 7) / 8.0, exponent - 7);
    }

    private static MemorySegment segment(long bytes) {
        // one byte in: a tensor in a checkpoint need not be aligned
        return Arena.ofAuto().allocate(bytes + 1).asSlice(1);
    }

    /** Rounds to the type, stores, and returns what was stored. */
    private static double store(MemorySegment to, DType type, long index, double value) {
        return switch (type) {
            case F32 -> {
                to.set(INT, index * 4, Float.floatToRawIntBits((float) value));
                yield (float) value;
            }
            case F16 -> {
                short half = Float.floatToFloat16((float) value);
                to.set(SHORT, index * 2, half);
                yield Float.float16ToFloat(half);
            }
            case BF16 -> {
                int bits = Float.floatToRawIntBits((float) value) & 0xFFFF0000;
                to.set(SHORT, index * 2, (short) (bits >>> 16));
                yield Float.intBitsToFloat(bits);
            }
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private static void putBits(MemorySegment stream, long at, int count, int value) {
        for (int bit = 0; bit < count; bit++) {
            long index = (at + bit) / 8;
            int old = stream.get(ValueLayout.JAVA_BYTE, index);
            stream.set(ValueLayout.JAVA_BYTE, index, (byte) (old | (value >>> bit & 1) << (at + bit) % 8));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
