package dev.exoflux.model;

import java.lang.foreign.MemorySegment;

/**
 * A weight matrix {@code [rows, columns]} as the checkpoint stores it: views of the mapped file, row-major, little-endian.
 *
 * <p>The segments belong to the checkpoint and are only good until it closes; a backend that wants to keep the numbers
 * copies or repacks them in {@link Backend#load}.
 */
public sealed interface MatrixData {

    int rows();

    int columns();

    /** Bytes the stored form takes, scales and biases included. */
    long bytes();

    /**
     * Plain numbers.
     *
     * @param dtype {@link DType#F32}, {@link DType#F16} or {@link DType#BF16}
     * @param values {@code [rows, columns]}
     */
    record Dense(int rows, int columns, DType dtype, MemorySegment values) implements MatrixData {
        @Override
        public long bytes() {
            return values.byteSize();
        }
    }

    /**
     * MLX's affine quantisation: {@code w = scale * q + bias}, one scale and bias for each group of consecutive inputs.
     *
     * @param bits 2, 3, 4, 5, 6 or 8 bits a value
     * @param groupSize 32, 64 or 128 inputs a group; divides {@code columns}
     * @param packed {@code [rows, columns * bits / 8]} bytes: the values of a row form one little-endian bit stream,
     *     value {@code i} in bits {@code [i * bits, (i + 1) * bits)}
     * @param scaleType type of {@code scales} and {@code biases}: F32, F16 or BF16
     * @param scales {@code [rows, columns / groupSize]}
     * @param biases {@code [rows, columns / groupSize]}
     */
    record Affine(
            int rows,
            int columns,
            int bits,
            int groupSize,
            MemorySegment packed,
            DType scaleType,
            MemorySegment scales,
            MemorySegment biases)
            implements MatrixData {
        @Override
        public long bytes() {
            return packed.byteSize() + scales.byteSize() + biases.byteSize();
        }
    }

    /**
     * Floats of 4 or 8 bits in groups, each group with one scale byte and no bias.
     *
     * @param form which floats, and how the scales are written
     * @param packed {@code [rows, columns * bits / 8]} bytes, of two 4-bit values the one with the lower index in the lower nibble
     * @param scales {@code [rows, columns / groupSize]} bytes
     */
    record SmallFloats(int rows, int columns, SmallFloatForm form, MemorySegment packed, MemorySegment scales)
            implements MatrixData {
        @Override
        public long bytes() {
            return packed.byteSize() + scales.byteSize();
        }
    }
}
