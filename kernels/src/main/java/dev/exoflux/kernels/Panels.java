package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;
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

    private static final int HIGH_HALF = 0xFFFF0000;

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
        long first = values + (long) from * packing.bits() / Integer.SIZE * Packing.WORD_BYTES;
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            long address = first + (long) lane * Integer.BYTES;
            int to = at + lane;
            switch (packing.kind()) {
                case F32 -> f32(address, count, panel, to);
                case F16 -> f16(address, count, panel, to);
                case BF16 -> bf16(address, count, panel, to);
                case MXFP4 -> mxfp4(address, count, panel, to);
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
            Lanes.floats(address + k * Packing.WORD_BYTES).intoArray(panel, at + k * WIDTH);
        }
    }

    private static void bf16(long address, int count, float[] panel, int at) {
        for (int k = 0; k < count; k += 2) {
            IntVector words = Lanes.ints(address + (k >> 1) * Packing.WORD_BYTES);
            words.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().intoArray(panel, at + k * WIDTH);
            if (k + 1 < count) {
                words.and(HIGH_HALF).reinterpretAsFloats().intoArray(panel, at + (k + 1) * WIDTH);
            }
        }
    }

    private static void f16(long address, int count, float[] panel, int at) {
        for (int k = 0; k < count; k++) {
            IntVector words = Lanes.ints(address + (k >> 1) * Packing.WORD_BYTES);
            halfToFloat(words.lanewise(LSHR, (k & 1) * Short.SIZE)).intoArray(panel, at + k * WIDTH);
        }
    }

    /** The lower 16 bits of each lane: a multiplication moves the exponent, and makes subnormal numbers normal. */
    private static FloatVector halfToFloat(IntVector half) {
        IntVector magnitude = half.and(0x7FFF).lanewise(LSHL, 13);
        IntVector sign = half.and(0x8000).lanewise(LSHL, Short.SIZE);
        VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x7C00 << 13);
        IntVector finite = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
        return finite.blend(magnitude.or(0xFF << 23), special).or(sign).reinterpretAsFloats();
    }

    private static void mxfp4(long address, int count, float[] panel, int at) {
        IntVector magnitudes = IntVector.broadcast(Lanes.I, TWICE_MAGNITUDES);
        for (int k = 0; k < count; k++) {
            IntVector value =
                    Lanes.ints(address + (k >> 3) * Packing.WORD_BYTES).lanewise(LSHR, (k & 7) * 4);
            IntVector sign = value.and(8).lanewise(LSHL, 28);
            IntVector twice =
                    magnitudes.lanewise(LSHR, value.and(7).lanewise(LSHL, 2)).and(15);
            toFloats(twice).reinterpretAsInts().or(sign).reinterpretAsFloats().intoArray(panel, at + k * WIDTH);
        }
    }

    private static void aligned(long address, int count, int bits, float[] panel, int at) {
        int mask = (1 << bits) - 1;
        int perWord = Integer.SIZE / bits;
        for (int k = 0; k < count; k += perWord) {
            IntVector words = Lanes.ints(address + k / perWord * Packing.WORD_BYTES);
            for (int i = 0; i < perWord; i++) {
                toFloats(words.and(mask)).intoArray(panel, at + (k + i) * WIDTH);
                words = words.lanewise(LSHR, bits);
            }
        }
    }

    /** 3, 5 and 6 bits: a value may begin in one word and end in the next. */
    private static void straddling(long address, int count, int bits, float[] panel, int at) {
        int mask = (1 << bits) - 1;
        for (int k = 0; k < count; k++) {
            int shift = k * bits % Integer.SIZE;
            long word = address + k * bits / Integer.SIZE * Packing.WORD_BYTES;
            IntVector value = Lanes.ints(word).lanewise(LSHR, shift);
            if (shift + bits > Integer.SIZE) {
                value = value.or(Lanes.ints(word + Packing.WORD_BYTES).lanewise(LSHL, Integer.SIZE - shift));
            }
            toFloats(value.and(mask)).intoArray(panel, at + k * WIDTH);
        }
    }

    private static FloatVector toFloats(IntVector ints) {
        return (FloatVector) ints.convertShape(I2F, F, 0);
    }
}
