package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.SmallFloatForm;
import jdk.incubator.vector.IntVector;

/**
 * How a matrix lies in memory: blocks of {@link Lanes#BLOCK} rows, each a sequence of words of 32 bits, and of every word
 * the 16 rows' side by side (64 bytes: one cache line). So a lane of a vector is a row of the matrix for every vector
 * length, a kernel reads a block from front to back, and a row's words hold its values as the checkpoint packs them: for
 * any number of bits, and in the order that dot-product instructions of later processors want.
 *
 * <p>The words of a block are, group after group, the scale and bias of the group, then its values. Dense matrices are one
 * group without scale. Words of two bf16 numbers may be {@linkplain NarrowPairs narrow}.
 *
 * @param bits a value takes
 * @param scales how the words that head a group are to be read
 * @param groups in a row
 * @param valueWords of a group
 * @param narrow whether blocks are as {@link NarrowPairs} has them
 */
record Packing(Kind kind, int bits, Scales scales, int groups, int valueWords, boolean narrow) {

    /** What the values are. */
    enum Kind {
        F32,
        F16,
        /** The earlier of two in the upper half of a word, as {@link Bf16#pair} makes it. */
        BF16,
        /** Unsigned integers. */
        AFFINE,
        E2M1,
        E4M3
    }

    /** The words that head a group. */
    enum Scales {
        NONE(0, 0, 0),
        /** One word: the scale as BF16 in its lower half, the bias (or 0) in its upper. */
        BF16(1, Short.SIZE, HIGH_HALF),
        /** Two words: scale and bias as F32. */
        F32(2, 0, -1);

        private final int words;
        private final int scaleShift;
        private final int biasMask;

        Scales(int words, int scaleShift, int biasMask) {
            this.words = words;
            this.scaleShift = scaleShift;
            this.biasMask = biasMask;
        }

        /** The first word shifted left by this is the scale. */
        int scaleShift() {
            return scaleShift;
        }

        /** The word {@link #biasOffset} after the first, masked with this, is the bias. */
        int biasMask() {
            return biasMask;
        }

        /** In bytes. */
        long biasOffset() {
            return Math.max(0, words - 1) * WORD_BYTES;
        }
    }

    /** The bits that make the upper BF16 number of a word a float. */
    static final int HIGH_HALF = 0xFFFF0000;

    /** Bytes of one word of all rows of a block. */
    static final long WORD_BYTES = (long) Lanes.BLOCK * Integer.BYTES;

    static Packing of(MatrixData data) {
        return switch (data) {
            case MatrixData.Dense d -> dense(d);
            case MatrixData.Affine a ->
                new Packing(
                        Kind.AFFINE,
                        a.bits(),
                        a.scaleType() == DType.BF16 ? Scales.BF16 : Scales.F32,
                        a.columns() / a.groupSize(),
                        a.groupSize() * a.bits() / Integer.SIZE,
                        false);
            case MatrixData.SmallFloats m ->
                new Packing(
                        m.form() == SmallFloatForm.MXFP8 ? Kind.E4M3 : Kind.E2M1,
                        m.form().bits(),
                        Scales.BF16,
                        m.columns() / m.form().groupSize(),
                        m.form().groupSize() * m.form().bits() / Integer.SIZE,
                        false);
        };
    }

    private static Packing dense(MatrixData.Dense dense) {
        int bits = dense.dtype().bytes() * Byte.SIZE;
        int perWord = Integer.SIZE / bits;
        int words = (dense.columns() + perWord - 1) / perWord;
        return new Packing(Kind.valueOf(dense.dtype().name()), bits, Scales.NONE, 1, words, false);
    }

    /** The same words, narrow. */
    Packing narrowed() {
        return new Packing(kind, bits, scales, groups, valueWords, true);
    }

    /** The bits of a value, as the lowest of a word. */
    int valueMask() {
        return -1 >>> (Integer.SIZE - bits);
    }

    int scaleWords() {
        return scales.words;
    }

    /** Bytes from one group of a block to the next. */
    long groupBytes() {
        return narrow ? NarrowPairs.blockBytes(valueWords) : (scaleWords() + valueWords) * WORD_BYTES;
    }

    /** Bytes from one block to the next. */
    long blockBytes() {
        return groups * groupBytes();
    }

    /** Reads the scales and biases at the head of a group of a block as floats, {@link Lanes#BLOCK} of each. */
    void unpackScales(long address, float[] out, int scalesAt, int biasesAt) {
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            long words = address + (long) lane * Integer.BYTES;
            IntVector.fromMemorySegment(I, ALL, words, ORDER)
                    .lanewise(LSHL, scales.scaleShift())
                    .reinterpretAsFloats()
                    .intoArray(out, scalesAt + lane);
            IntVector.fromMemorySegment(I, ALL, words + scales.biasOffset(), ORDER)
                    .and(scales.biasMask())
                    .reinterpretAsFloats()
                    .intoArray(out, biasesAt + lane);
        }
    }
}
