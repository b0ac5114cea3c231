package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.exoflux.model.MappedPages;
import dev.exoflux.model.MatrixData;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final long address;
    private final @Nullable NarrowPairs narrow;

    /** Of narrow blocks: room for how many, and how many there are, perhaps more than there is room for. */
    private final int patchRoom;

    private final AtomicInteger patches = new AtomicInteger();
    private final Queue<BlockPacker> idle = new ConcurrentLinkedQueue<>();

    private MatrixPacker(MatrixData data, Packing packing, long address, int patchRoom, @Nullable NarrowPairs narrow) {
        this.data = data;
        this.packing = packing;
        this.values = values(data);
        this.address = address;
        this.patchRoom = patchRoom;
        this.narrow = narrow;
    }

    /** @param narrow makes bf16 numbers narrow, unless too many of them would need a patch; null leaves them as they are */
    static PackedMatrix pack(
            MatrixData data,
            float @Nullable [] bias,
            NativeMemory memory,
            Workers workers,
            @Nullable NarrowPairs narrow) {
        Packing packing = Packing.of(data);
        if (narrow != null && NarrowPairs.suit(packing)) {
            PackedMatrix matrix = pack(data, packing.narrowed(), bias, memory, workers, narrow);
            if (matrix != null) {
                return matrix;
            }
        }
        PackedMatrix matrix = pack(data, packing, bias, memory, workers, null);
        if (matrix == null) {
            throw new IllegalStateException(data + " cannot be packed");
        }
        return matrix;
    }

    /** Null where there are too many patches. */
    private static @Nullable PackedMatrix pack(
            MatrixData data,
            Packing packing,
            float @Nullable [] bias,
            NativeMemory memory,
            Workers workers,
            @Nullable NarrowPairs narrow) {
        int blocks = PackedMatrix.blocks(data.rows());
        int patchRoom = narrow == null ? 0 : NarrowPairs.patches(blocks, packing.valueWords());
        NativeMemory.Block block = memory.allocate(
                blocks * packing.blockBytes() + (long) patchRoom * Integer.BYTES,
                "a matrix of %d x %d".formatted(data.rows(), data.columns()));
        try {
            MatrixPacker packer = new MatrixPacker(data, packing, block.address(), patchRoom, narrow);
            long most = Math.max(1, CHUNK_BYTES / packing.blockBytes());
            int grain = (int) Math.clamp(blocks / (CHUNKS_A_THREAD * workers.threads()), 1, most);
            workers.run(blocks, grain, (from, to, scratch) -> packer.pack(from, to), new Scratch());
            if (packer.patches.get() <= patchRoom) {
                return new PackedMatrix(data, bias, packing, block);
            }
            block.close();
            return null;
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
        for (int block = fromBlock; block < toBlock && patches.get() <= patchRoom; block++) {
            pack(packer, block, address + block * packing.blockBytes());
        }
        idle.add(packer);
        long rowBytes = values.byteSize() / data.rows();
        int from = fromBlock * Lanes.BLOCK;
        int to = Math.min(toBlock * Lanes.BLOCK, data.rows());
        MappedPages.drop(values.asSlice(from * rowBytes, (to - from) * rowBytes));
    }

    private void pack(BlockPacker packer, int block, long to) {
        int[] packed = packer.pack(block);
        if (narrow == null) {
            MemorySegment.copy(packed, 0, NativeMemory.ALL, JAVA_INT, to, packed.length);
            return;
        }
        int[] own = packer.patches();
        int count = narrow.narrow(packed, packing.valueWords(), to, own);
        int first = patches.getAndAdd(count < 0 ? patchRoom + 1 : count);
        if (count >= 0 && first + count <= patchRoom) {
            long at = address + PackedMatrix.blocks(data.rows()) * packing.blockBytes() + (long) first * Integer.BYTES;
            MemorySegment.copy(own, 0, NativeMemory.ALL, JAVA_INT, at, count);
            NarrowPairs.patched(to, at);
        }
    }
}
