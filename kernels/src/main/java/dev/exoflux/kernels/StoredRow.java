package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.MatrixForms;
import dev.exoflux.model.SmallFloatForm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads one row of a stored matrix, number by number: slow, and plain enough to be the truth. */
final class StoredRow {

    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Twice the numbers that the 4 bits of E2M1 stand for. */
    private static final float[] TWICE_E2M1 = {0, 1, 2, 3, 4, 6, 8, 12, -0f, -1, -2, -3, -4, -6, -8, -12};

    private StoredRow() {}

    static float twiceE2M1(int bits) {
        return TWICE_E2M1[bits];
    }

    /** A sign, four bits of exponent, three of mantissa; as in MLX, the two codes that could be NaN are 480. */
    static float e4M3(int bits) {
        float magnitude = Float.intBitsToFloat((bits & 0x7F) << 20) * 0x1p120f;
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /**
     * The values of a row before any scale: the numbers themselves, affine's unsigned integers, or twice E2M1's.
     */
    static void values(MatrixData data, int row, float[] out) {
        for (int i = 0; i < data.columns(); i++) {
            long index = (long) row * data.columns() + i;
            out[i] = switch (data) {
                case MatrixData.Dense d -> number(d.values(), d.dtype(), index);
                case MatrixData.Affine a -> bits(a.packed(), index * a.bits(), a.bits());
                case MatrixData.SmallFloats m -> {
                    int code =
                            bits(m.packed(), index * m.form().bits(), m.form().bits());
                    yield m.form() == SmallFloatForm.MXFP8 ? e4M3(code) : twiceE2M1(code);
                }
            };
        }
    }

    /** What the values of group {@code group} of a row are multiplied with. */
    static float scale(MatrixData data, int row, int group) {
        return switch (data) {
            case MatrixData.Dense d -> 1;
            case MatrixData.Affine a -> number(a.scales(), a.scaleType(), groupIndex(data, row, group));
            case MatrixData.SmallFloats m -> {
                int code = m.scales().get(JAVA_BYTE, groupIndex(data, row, group)) & 0xFF;
                yield switch (m.form()) {
                    case MXFP4 -> halfE8M0(code);
                    case MXFP8 -> 2 * halfE8M0(code);
                    case NVFP4 -> e4M3(code) / 2;
                };
            }
        };
    }

    /** What is added to the scaled values of group {@code group} of a row. */
    static float bias(MatrixData data, int row, int group) {
        return data instanceof MatrixData.Affine a
                ? number(a.biases(), a.scaleType(), groupIndex(data, row, group))
                : 0;
    }

    private static long groupIndex(MatrixData data, int row, int group) {
        return (long) row * (data.columns() / MatrixForms.groupSize(data)) + group;
    }

    /** {@code 2^(exponent - 127) / 2}; 255 stands for NaN. */
    private static float halfE8M0(int exponent) {
        return exponent == 0xFF ? Float.NaN : Math.scalb(1f, exponent - 128);
    }

    private static float number(MemorySegment segment, DType type, long index) {
        return switch (type) {
            case F32 -> segment.get(F32, index * Float.BYTES);
            case F16 -> Float.float16ToFloat(segment.get(HALF, index * Short.BYTES));
            case BF16 -> Float.intBitsToFloat(Bf16.widen(segment.get(HALF, index * Short.BYTES)));
            default -> throw new IllegalArgumentException("no floating-point type: " + type);
        };
    }

    /** {@code count} bits, at most 8, of a little-endian bit stream. */
    private static int bits(MemorySegment stream, long at, int count) {
        long first = at / Byte.SIZE;
        int shift = (int) (at % Byte.SIZE);
        int word = stream.get(JAVA_BYTE, first) & 0xFF;
        if (shift + count > Byte.SIZE) {
            word |= (stream.get(JAVA_BYTE, first + 1) & 0xFF) << Byte.SIZE;
        }
        return (word >>> shift) & ((1 << count) - 1);
    }
}
