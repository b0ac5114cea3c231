package dev.exoflux.kernels;

import dev.exoflux.model.MatrixData;
import org.jspecify.annotations.Nullable;

/** A matrix in blocks of interleaved rows, as its {@link Packing} describes. */
final class PackedMatrix extends CpuMatrix {

    /** Blocks that one call of a kernel computes: four vectors of the longest kind, enough to hide the time of a product. */
    static final int UNIT_BLOCKS = 4;

    private final Packing packing;
    private final long address;

    /** @param block holds the packed rows, and what belongs to them, behind them */
    PackedMatrix(MatrixData data, float @Nullable [] bias, Packing packing, NativeMemory.Block block) {
        super(data, bias, block);
        this.packing = packing;
        this.address = block.address();
    }

    static int blocks(int rows) {
        return (rows + Lanes.BLOCK - 1) / Lanes.BLOCK;
    }

    Packing packing() {
        return packing;
    }

    int blocks() {
        return blocks(rows());
    }

    /** Address of a group of a block: its scales, and {@link Packing#scaleWords} words on its values. */
    long group(int block, int group) {
        return address + block * packing.blockBytes() + group * packing.groupBytes();
    }

    /** Address of the values of a group of a block. */
    long values(int block, int group) {
        return group(block, group) + packing.scaleWords() * Packing.WORD_BYTES;
    }

    @Override
    int units() {
        return (blocks() + UNIT_BLOCKS - 1) / UNIT_BLOCKS;
    }
}
