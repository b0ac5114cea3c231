package dev.exoflux.kernels;

import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Packs one block of rows after another as {@link Packing} says: in arrays, into and out of which whole rows are copied,
 * since loading is over before a compiler would have made anything of loops that read memory number by number. For one
 * thread at a time.
 */
final class BlockPacker {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF_WORD =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Words of every row that are interleaved at a time: a square, of which each side fits the first-level cache. */
    private static final int TILE = 16;

    /** One block may have many more patches than the matrix has on the whole. */
    private static final int WORDS_A_PATCH = 64;

    private final MatrixData data;
    private final Packing packing;
    private final MemorySegment values;
    private final long rowBytes;
    private final int rowWords;
    private final int groupWords;
    private final int[] stored;
    private final int[] packed;
    private final int[] patches;
    private final short[] halves;
    private final int[] scales;
    private final int[] biases;

    BlockPacker(MatrixData data, Packing packing) {
        this.data = data;
        this.packing = packing;
        this.values = MatrixPacker.values(data);
        this.rowBytes = values.byteSize() / data.rows();
        this.rowWords = packing.groups() * packing.valueWords();
        this.groupWords = packing.scaleWords() + packing.valueWords();
        this.stored = new int[Lanes.BLOCK * rowWords];
        this.packed = new int[packing.groups() * groupWords * Lanes.BLOCK];
        this.patches = new int[packing.narrow() ? packed.length / WORDS_A_PATCH + 1 : 0];
        int numbers = packing.scaleWords() == 0 ? 0 : Lanes.BLOCK * packing.groups();
        this.halves = new short[numbers];
        this.scales = new int[numbers];
        this.biases = new int[numbers];
    }

    /** Room for those of a block that is {@linkplain NarrowPairs narrow}. */
    int[] patches() {
        return patches;
    }

    /**
     * Packs the rows of {@code block}; rows beyond the last are zeros.
     *
     * @return its own array, in use until the next block is packed: words that are not narrow yet
     */
    int[] pack(int block) {
        int first = block * Lanes.BLOCK;
        int rows = Math.min(Lanes.BLOCK, data.rows() - first);
        if (rows < Lanes.BLOCK) {
            Arrays.fill(stored, 0);
            Arrays.fill(scales, 0);
            Arrays.fill(biases, 0);
        }
        read(first, rows);
        if (packing.scaleWords() > 0) {
            readScales(first, rows);
            interleaveScales();
        }
        for (int group = 0; group < packing.groups(); group++) {
            interleave(group);
        }
        return packed;
    }

    private void read(int first, int rows) {
        int whole = (int) (rowBytes / Integer.BYTES);
        for (int lane = 0; lane < rows; lane++) {
            long from = (first + lane) * rowBytes;
            MemorySegment.copy(values, WORD, from, stored, lane * rowWords, whole);
            if (whole < rowWords) { // an odd number of 16-bit values
                stored[lane * rowWords + whole] = values.get(HALF_WORD, from + (long) whole * Integer.BYTES) & 0xFFFF;
            }
        }
        if (packing.kind() == Packing.Kind.BF16) {
            for (int i = 0; i < rows * rowWords; i++) {
                stored[i] = Bf16.pair(stored[i]);
            }
        }
    }

    /** As the bits of floats, {@code [rows, groups]}. */
    private void readScales(int first, int rows) {
        int from = first * packing.groups();
        int count = rows * packing.groups();
        switch (data) {
            case MatrixData.Affine affine -> {
                readNumbers(affine.scales(), affine.scaleType(), from, count, scales);
                readNumbers(affine.biases(), affine.scaleType(), from, count, biases);
            }
            case MatrixData.SmallFloats floats -> {
                for (int i = 0; i < count; i++) {
                    scales[i] = Float.floatToRawIntBits(
                            StoredRow.scale(floats, first + i / packing.groups(), i % packing.groups()));
                }
            }
            case MatrixData.Dense dense -> throw new IllegalArgumentException(dense + " has no scales");
        }
    }

    private void readNumbers(MemorySegment from, DType type, long first, int count, int[] bits) {
        if (type == DType.F32) {
            MemorySegment.copy(from, WORD, first * Float.BYTES, bits, 0, count);
            return;
        }
        MemorySegment.copy(from, HALF_WORD, first * Short.BYTES, halves, 0, count);
        for (int i = 0; i < count; i++) {
            bits[i] = type == DType.BF16
                    ? Bf16.widen(halves[i])
                    : Float.floatToRawIntBits(Float.float16ToFloat(halves[i]));
        }
    }

    private void interleaveScales() {
        int groups = packing.groups();
        boolean together = packing.scales() == Packing.Scales.BF16;
        for (int lane = 0; lane < Lanes.BLOCK; lane++) {
            for (int group = 0; group < groups; group++) {
                int scale = scales[lane * groups + group];
                int bias = biases[lane * groups + group];
                int to = group * groupWords * Lanes.BLOCK + lane;
                packed[to] = together ? (scale >>> Short.SIZE) | bias : scale;
                if (!together) {
                    packed[to + Lanes.BLOCK] = bias;
                }
            }
        }
    }

    private void interleave(int group) {
        int words = packing.valueWords();
        int from = group * words;
        int to = (group * groupWords + packing.scaleWords()) * Lanes.BLOCK;
        for (int tile = 0; tile < words; tile += TILE) {
            int count = Math.min(TILE, words - tile);
            for (int lane = 0; lane < Lanes.BLOCK; lane++) {
                interleave(lane * rowWords + from + tile, count, to + tile * Lanes.BLOCK + lane);
            }
        }
    }

    private void interleave(int from, int count, int to) {
        for (int i = 0; i < count; i++) {
            packed[to + i * Lanes.BLOCK] = stored[from + i];
        }
    }
}
