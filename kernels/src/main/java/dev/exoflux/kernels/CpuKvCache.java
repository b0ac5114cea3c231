package dev.exoflux.kernels;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keys and values of one sequence, in native blocks of {@link #BLOCK} positions over all layers, taken as the
 * sequence grows. A {@linkplain #fork fork} holds the same blocks, and whichever of the two first writes into the last of
 * them gets a copy of that one.
 *
 * <p>Within a block, layer by layer, head by head, a head's keys and values lie as {@link KvLayout} says.
 */
final class CpuKvCache implements KvCache {

    static final int BLOCK = 64;
    static final int LANES = 16;

    private final KvShape shape;
    private final KvLayout layout;
    private final int capacity;
    private final KvBlocks blocks;
    private final AtomicInteger open;
    private int length;
    private boolean closed;

    /** @param open counts the caches that are not closed yet */
    CpuKvCache(KvShape shape, KvType type, int capacity, NativeMemory memory, AtomicInteger open) {
        this(
                shape,
                KvLayout.of(type, shape.headDim()),
                capacity,
                new KvBlocks(memory, BLOCK * bytesPerPosition(shape, type)),
                0,
                open);
    }

    private CpuKvCache(KvShape shape, KvLayout layout, int capacity, KvBlocks blocks, int length, AtomicInteger open) {
        this.shape = shape;
        this.layout = layout;
        this.capacity = capacity;
        this.blocks = blocks;
        this.length = length;
        this.open = open;
        open.incrementAndGet();
    }

    static long bytesPerPosition(KvShape shape, KvType type) {
        return (long) shape.layers()
                * shape.kvHeads()
                * KvLayout.of(type, shape.headDim()).bytes()
                / BLOCK;
    }

    KvLayout layout() {
        return layout;
    }

    KvShape shape() {
        return shape;
    }

    /** Makes room for {@code length} positions; on failure the cache is as it was. */
    void reserve(int length) {
        requireOpen();
        if (length > capacity) {
            throw new ExofluxException(ErrorCode.CONTEXT_EXCEEDED, """
                    %d positions do not fit into a KV cache of %d.
                    Maybe shorten the prompt or allow a longer context.""".formatted(length, capacity));
        }
        if (this.length % BLOCK != 0) {
            blocks.own(this.length / BLOCK, length); // the rest of it is about to be written
        }
        blocks.grow(blocksFor(length), length);
    }

    private static int blocksFor(int positions) {
        return (positions + BLOCK - 1) / BLOCK;
    }

    /** Writes the keys and values of one position, {@code kvHeads * headDim} floats each, where there is room for it. */
    void put(int layer, int position, float[] k, int kAt, float[] v, int vAt) {
        int headDim = shape.headDim();
        for (int head = 0; head < shape.kvHeads(); head++) {
            long keys = keys(layer, head, position / BLOCK);
            layout.put(keys, position % BLOCK, k, kAt + head * headDim, v, vAt + head * headDim);
        }
    }

    /** Address of the keys of one head in one block. */
    long keys(int layer, int head, int block) {
        return blocks.address(block) + ((long) layer * shape.kvHeads() + head) * layout.bytes();
    }

    /** Address of the values of one head in one block. */
    long values(int layer, int head, int block) {
        return keys(layer, head, block) + layout.keyBytes();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public long bytes() {
        return blocks.bytes();
    }

    @Override
    public void extend(int length) {
        requireOpen();
        if (length < this.length || length > (long) blocks.count() * BLOCK) {
            throw new IllegalArgumentException("a KV cache of %d positions with room for %d cannot be extended to %d"
                    .formatted(this.length, blocks.count() * BLOCK, length));
        }
        this.length = length;
    }

    @Override
    public void trim(int length) {
        requireOpen();
        if (length < 0) {
            throw new IllegalArgumentException("a KV cache cannot be trimmed to " + length);
        }
        if (length < this.length) {
            this.length = length;
        }
        blocks.release(blocksFor(this.length));
    }

    @Override
    public KvCache fork(int length, int capacity) {
        requireOpen();
        if (length < 0 || length > this.length || length > capacity) {
            throw new IllegalArgumentException("a KV cache of %d positions cannot be forked at %d for a capacity of %d"
                    .formatted(this.length, length, capacity));
        }
        return new CpuKvCache(shape, layout, capacity, blocks.share(blocksFor(length)), length, open);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the KV cache is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            length = 0;
            blocks.release(0);
            open.decrementAndGet();
        }
    }
}
