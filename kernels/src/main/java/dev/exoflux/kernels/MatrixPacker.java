package dev.exoflux.kernels;

import dev.exoflux.model.MappedPages;
import dev.exoflux.model.MatrixData;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stored matrix into a {@link PackedMatrix}, its blocks shared out over the threads. What has been packed of a mapped
 * file is {@linkplain MappedPages dropped} at once, so that a matrix is never in memory twice.
 */
final class MatrixPacker {

    /** Stored bytes that a thread packs, and then drops, at a time. */
    private static final long CHUNK_BYTES = 1 << 20;

    /** Chunks a thread gets at least, so that none waits long for the last one. */
    private static final int CHUNKS_A_THREAD = 4;

    private final MatrixData data;
    private final Packing packing;
    private final MemorySegment values;
    private final PackedMatrix matrix;
    private final Queue<BlockPacker> idle = new ConcurrentLinkedQueue<>();

    private MatrixPacker(MatrixData data, Packing packing, PackedMatrix matrix) {
        this.data = data;
        this.packing = packing;
        this.values = values(data);
        this.matrix = matrix;
    }

    static PackedMatrix pack(MatrixData data, float @Nullable [] bias, NativeMemory memory, Workers workers) {
        Packing packing = Packing.of(data);
        int blocks = PackedMatrix.blocks(data.rows());
        NativeMemory.Block block = memory.allocate(
                blocks * packing.blockBytes(), "a matrix of %d x %d".formatted(data.rows(), data.columns()));
        try {
            PackedMatrix matrix = new PackedMatrix(data, bias, packing, block);
            MatrixPacker packer = new MatrixPacker(data, packing, matrix);
            long most = Math.max(1, CHUNK_BYTES / packing.blockBytes());
            int grain = (int) Math.clamp(blocks / (CHUNKS_A_THREAD * workers.threads()), 1, most);
            workers.run(blocks, grain, (from, to, scratch) -> packer.pack(from, to), new Scratch());
            return matrix;
        } catch (Throwable e) { // a checkpoint on a device that fails under the mapping, for one
            block.close();
            throw e;
        }
    }

    /** The values of a stored matrix, without scales and biases. */
    static MemorySegment values(MatrixData data) {
        return switch (data) {
            case MatrixData.Dense dense -> dense.values();
            case MatrixData.Affine affine -> affine.packed();
            case MatrixData.SmallFloats floats -> floats.packed();
        };
    }

    private void pack(int fromBlock, int toBlock) {
        BlockPacker known = idle.poll();
        BlockPacker packer = known == null ? new BlockPacker(data, packing) : known;
        for (int block = fromBlock; block < toBlock; block++) {
            packer.pack(block, matrix.group(block, 0));
        }
        idle.add(packer);
        long rowBytes = values.byteSize() / data.rows();
        int from = fromBlock * Lanes.BLOCK;
        int to = Math.min(toBlock * Lanes.BLOCK, data.rows());
        MappedPages.drop(values.asSlice(from * rowBytes, (to - from) * rowBytes));
    }
}
