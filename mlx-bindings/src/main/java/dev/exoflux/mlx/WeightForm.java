package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a matrix is made of, without its numbers. Those come in this order: values or packed words, scales, biases, and what is
 * added to each output.
 *
 * @param stored type of plain numbers, or of scales and biases
 * @param bits of a packed value; 0 where numbers are plain
 * @param groupSize inputs that share a scale
 * @param mode as MLX names it; empty where numbers are plain
 * @param affine whether groups have biases
 * @param offset whether something is added to each output
 */
record WeightForm(
        int rows, int columns, ArrayType stored, int bits, int groupSize, String mode, boolean affine, boolean offset) {

    static WeightForm of(MatrixData data, float @Nullable [] bias) {
        boolean offset = bias != null;
        return switch (data) {
            case MatrixData.Dense dense ->
                new WeightForm(dense.rows(), dense.columns(), type(dense.dtype()), 0, 0, "", false, offset);
            case MatrixData.Affine affine ->
                new WeightForm(
                        affine.rows(),
                        affine.columns(),
                        type(affine.scaleType()),
                        affine.bits(),
                        affine.groupSize(),
                        "affine",
                        true,
                        offset);
            case MatrixData.SmallFloats floats ->
                new WeightForm(
                        floats.rows(),
                        floats.columns(),
                        ArrayType.U8,
                        floats.form().bits(),
                        floats.form().groupSize(),
                        floats.form().label(),
                        false,
                        offset);
        };
    }

    private static ArrayType type(DType stored) {
        return switch (stored) {
            case F16 -> ArrayType.F16;
            case BF16 -> ArrayType.BF16;
            default -> ArrayType.F32;
        };
    }

    /** The numbers, in their order. */
    static List<MemorySegment> numbers(MatrixData data, float @Nullable [] bias) {
        List<MemorySegment> numbers = new ArrayList<>();
        switch (data) {
            case MatrixData.Dense dense -> numbers.add(dense.values());
            case MatrixData.Affine affine -> {
                numbers.add(affine.packed());
                numbers.add(affine.scales());
                numbers.add(affine.biases());
            }
            case MatrixData.SmallFloats floats -> {
                numbers.add(floats.packed());
                numbers.add(floats.scales());
            }
        }
        if (bias != null) {
            numbers.add(MemorySegment.ofArray(bias));
        }
        return numbers;
    }

    boolean quantized() {
        return bits > 0;
    }

    /** Words of 32 bits in a packed row. */
    int words() {
        return columns * bits / Integer.SIZE;
    }

    int groups() {
        return columns / groupSize;
    }

    /**
     * What the numbers take without what is added to each output.
     *
     * @param type of activations, which plain numbers, scales and biases are kept in
     */
    long bytes(ArrayType type) {
        if (!quantized()) {
            return (long) rows * columns * type.bytes();
        }
        long scales = (long) rows * groups() * (affine ? 2 * type.bytes() : ArrayType.U8.bytes());
        return (long) rows * words() * Integer.BYTES + scales;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(rows);
        out.writeInt(columns);
        out.writeUTF(stored.name());
        out.writeInt(bits);
        out.writeInt(groupSize);
        out.writeUTF(mode);
        out.writeBoolean(affine);
        out.writeBoolean(offset);
    }

    static WeightForm read(DataInput in) throws IOException {
        return new WeightForm(
                in.readInt(),
                in.readInt(),
                ArrayType.valueOf(in.readUTF()),
                in.readInt(),
                in.readInt(),
                in.readUTF(),
                in.readBoolean(),
                in.readBoolean());
    }
}
