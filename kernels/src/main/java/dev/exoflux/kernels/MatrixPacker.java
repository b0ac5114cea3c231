package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.exoflux.model.MatrixData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Turns a stored matrix into a {@link PackedMatrix}, its blocks shared out over the threads. */
final class MatrixPacker {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF_WORD =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MatrixData data;
    private final Packing packing;
    private final MemorySegment values;
    private final long rowBytes;

    private MatrixPacker(MatrixData data) {
        this.data = data;
        this.packing = Packing.of(data);
        this.values = switch (data) {
            case MatrixData.Dense dense -> dense.values();
            case MatrixData.Affine affine -> affine.packed();
            case MatrixData.Mxfp4 mxfp4 -> mxfp4.packed();
        };
        this.rowBytes = values.byteSize() / data.rows();
    }

    static PackedMatrix pack(MatrixData data, float @Nullable [] bias, NativeMemory memory, Workers workers) {
        MatrixPacker packer = new MatrixPacker(data);
        int blocks = PackedMatrix.blocks(data.rows());
        NativeMemory.Block block = memory.allocate(
                blocks * packer.packing.blockBytes(), "a matrix of %d x %d".formatted(data.rows(), data.columns()));
        try {
            PackedMatrix matrix = new PackedMatrix(data, bias, packer.packing, block);
            workers.run(blocks, 1, (from, to, scratch) -> packer.pack(matrix, from, to), new Scratch());
            return matrix;
        } catch (Throwable e) { // a checkpoint on a device that fails under the mapping, for one
            block.close();
            throw e;
        }
    }

    private void pack(PackedMatrix matrix, int fromBlock, int toBlock) {
        for (int block = fromBlock; block < toBlock; block++) {
            for (int lane = 0; lane < Lanes.BLOCK; lane++) {
                int row = block * Lanes.BLOCK + lane;
                for (int group = 0; group < packing.groups(); group++) {
                    long to = matrix.group(block, group) + (long) lane * Integer.BYTES;
                    packScales(row, group, to);
                    packValues(row, group, to + packing.scaleWords() * Packing.WORD_BYTES);
                }
            }
        }
    }

    private void packScales(int row, int group, long to) {
        boolean beyond = row >= data.rows();
        int scale = beyond ? 0 : Float.floatToRawIntBits(StoredRow.scale(data, row, group));
        int bias = beyond ? 0 : Float.floatToRawIntBits(StoredRow.bias(data, row, group));
        switch (packing.scales()) {
            case NONE -> {}
            case BF16 -> NativeMemory.ALL.set(JAVA_INT, to, (scale >>> Short.SIZE) | bias);
            case F32 -> {
                NativeMemory.ALL.set(JAVA_INT, to, scale);
                NativeMemory.ALL.set(JAVA_INT, to + Packing.WORD_BYTES, bias);
            }
        }
    }

    private void packValues(int row, int group, long to) {
        int words = packing.valueWords();
        if (row >= data.rows()) {
            for (int i = 0; i < words; i++) {
                NativeMemory.ALL.set(JAVA_INT, to + i * Packing.WORD_BYTES, 0);
            }
            return;
        }
        long from = row * rowBytes + (long) group * words * Integer.BYTES;
        int whole = (int) Math.min(words, (rowBytes - (long) group * words * Integer.BYTES) / Integer.BYTES);
        for (int i = 0; i < whole; i++) {
            NativeMemory.ALL.set(
                    JAVA_INT, to + i * Packing.WORD_BYTES, values.get(WORD, from + (long) i * Integer.BYTES));
        }
        if (whole < words) { // an odd number of 16-bit values
            int last = values.get(HALF_WORD, from + (long) whole * Integer.BYTES) & 0xFFFF;
            NativeMemory.ALL.set(JAVA_INT, to + whole * Packing.WORD_BYTES, last);
        }
    }
}
