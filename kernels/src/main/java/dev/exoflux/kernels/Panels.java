package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;
import static dev.exoflux.kernels.Packing.WORD_BYTES;
import static dev.exoflux.kernels.Tiles.WIDTH;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Unpacks the values of some inputs of a block of rows into floats, {@code [inputs][WIDTH]}, each vector of rows in turn. The
 * values are those before any scale (see {@link StoredRow#values}).
 */
final class Panels {

    /** Twice the magnitudes of E2M1 in 4 bits each. */
    private static final int TWICE_MAGNITUDES = 0xC8643210;

    private Panels() {}

    /**
     * Unpacks {@code count} values from value {@code from} of a group on, a whole number of words, or up to the row's end.
     *
     * @param values address of the group's values
     * @param at of the first row of the block in the first line of the panel
     */
    static void unpack(Packing packing, long values, int from, int count, float[] panel, int at) {
        long first = values + (long) from * packing.bits() / Integer.SIZE * WORD_BYTES;
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            long address = first + (long) lane * Integer.BYTES;
            int to = at + lane;
            switch (packing.kind()) {
                case F32 -> f32(address, count, panel, to);
                case F16 -> f16(address, count, panel, to);
                case BF16 -> bf16(address, count, panel, to);
                case E2M1 -> e2M1(address, count, panel, to);
                case E4M3 -> e4M3(address, count, panel, to);
                case AFFINE -> {
                    if (Integer.SIZE % packing.bits() == 0) {
                        aligned(address, count, packing.bits(), panel, to);
                    } else {
                        straddling(address, count, packing.bits(), panel, to);
                    }
                }
            }
        }
    }

    private static void f32(long address, int count, float[] panel, int at) {
        for (int k = 0; k < count; k++) {
            FloatVector.fromMemorySegment(F, ALL, address + k * WORD_BYTES, ORDER)
                    .intoArray(panel, at + k * WIDTH);
        }
    }

    private static void bf16(long address, int count, float[] panel, int at) {
        for (int k = 0; k < count; k += 2) {
            IntVector words = IntVector.fromMemorySegment(I, ALL, address + (k >> 1) * WORD_BYTES, ORDER);
            words.and(Packing.HIGH_HALF).reinterpretAsFloats().intoArray(panel, at + k * WIDTH);
            if (k + 1 < count) {
                words.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().intoArray(panel, at + (k + 1) * WIDTH);
            }
        }
    }

    /** A multiplication moves the exponent, and makes subnormal numbers normal. */
    private static void f16(long address, int count, float[] panel, int at) {
        for (int k = 0; k < count; k++) {
            IntVector half = IntVector.fromMemorySegment(I, ALL, address + (k >> 1) * WORD_BYTES, ORDER)
                    .lanewise(LSHR, (k & 1) * Short.SIZE);
            IntVector magnitude = half.and(0x7FFF).lanewise(LSHL, 13);
            IntVector sign = half.and(0x8000).lanewise(LSHL, Short.SIZE);
            VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x7C00 << 13);
            magnitude
                    .reinterpretAsFloats()
                    .mul(0x1p112f)
                    .reinterpretAsInts()
                    .blend(magnitude.or(0xFF << 23), special)
                    .or(sign)
                    .reinterpretAsFloats()
                    .intoArray(panel, at + k * WIDTH);
        }
    }

    private static void e2M1(long address, int count, float[] panel, int at) {
        IntVector magnitudes = IntVector.broadcast(I, TWICE_MAGNITUDES);
        for (int k = 0; k < count; k++) {
            IntVector value = IntVector.fromMemorySegment(I, ALL, address + (k >> 3) * WORD_BYTES, ORDER)
                    .lanewise(LSHR, (k & 7) * 4);
            IntVector sign = value.and(8).lanewise(LSHL, 28);
            magnitudes
                    .lanewise(LSHR, value.and(7).lanewise(LSHL, 2))
                    .and(15)
                    .convertShape(I2F, F, 0)
                    .reinterpretAsInts()
                    .or(sign)
                    .reinterpretAsFloats()
                    .intoArray(panel, at + k * WIDTH);
        }
    }

    /** As with f16: a multiplication moves the exponent. */
    private static void e4M3(long address, int count, float[] panel, int at) {
        for (int k = 0; k < count; k++) {
            IntVector value = IntVector.fromMemorySegment(I, ALL, address + (k >> 2) * WORD_BYTES, ORDER)
                    .lanewise(LSHR, (k & 3) * Byte.SIZE);
            value.and(0x7F)
                    .lanewise(LSHL, 20)
                    .reinterpretAsFloats()
                    .mul(0x1p120f)
                    .reinterpretAsInts()
                    .or(value.and(0x80).lanewise(LSHL, 24))
                    .reinterpretAsFloats()
                    .intoArray(panel, at + k * WIDTH);
        }
    }

    private static void aligned(long address, int count, int bits, float[] panel, int at) {
        int mask = (1 << bits) - 1;
        int perWord = Integer.SIZE / bits;
        for (int k = 0; k < count; k += perWord) {
            IntVector words = IntVector.fromMemorySegment(I, ALL, address + k / perWord * WORD_BYTES, ORDER);
            for (int i = 0; i < perWord; i++) {
                ((FloatVector) words.and(mask).convertShape(I2F, F, 0)).intoArray(panel, at + (k + i) * WIDTH);
                words = words.lanewise(LSHR, bits);
            }
        }
    }

    /** 3, 5 and 6 bits: a value may begin in one word and end in the next. */
    private static void straddling(long address, int count, int bits, float[] panel, int at) {
        int mask = (1 << bits) - 1;
        for (int k = 0; k < count; k++) {
            int shift = k * bits % Integer.SIZE;
            long word = address + k * bits / Integer.SIZE * WORD_BYTES;
            IntVector value = IntVector.fromMemorySegment(I, ALL, word, ORDER).lanewise(LSHR, shift);
            if (shift + bits > Integer.SIZE) {
                IntVector rest = IntVector.fromMemorySegment(I, ALL, word + WORD_BYTES, ORDER);
                value = value.or(rest.lanewise(LSHL, Integer.SIZE - shift));
            }
            ((FloatVector) value.and(mask).convertShape(I2F, F, 0)).intoArray(panel, at + k * WIDTH);
        }
    }
}
