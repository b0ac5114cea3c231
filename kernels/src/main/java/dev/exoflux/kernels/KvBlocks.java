package dev.exoflux.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The native blocks of one KV cache, in order, some of which other caches may hold as well: who owns what, and nothing of
 * what is in them.
 *
 * <p>A block is freed with the last that holds it. One that is shared must not be written; whoever is about to asks for it to
 * be his {@linkplain #own own}, and gets a copy if it is not. Caches that share blocks live on one thread.
 */
final class KvBlocks {

    private final NativeMemory memory;
    private final long blockBytes;
    private final List<Block> blocks = new ArrayList<>();

    /** @param blockBytes bytes of each block */
    KvBlocks(NativeMemory memory, long blockBytes) {
        this.memory = memory;
        this.blockBytes = blockBytes;
    }

    int count() {
        return blocks.size();
    }

    long address(int block) {
        return blocks.get(block).memory.address();
    }

    /** The same blocks up to {@code count}, held by another cache too. Takes no memory. */
    KvBlocks share(int count) {
        KvBlocks shared = new KvBlocks(memory, blockBytes);
        for (Block block : blocks.subList(0, count)) {
            block.holders.add(shared);
            shared.blocks.add(block);
        }
        return shared;
    }

    /**
     * Adds blocks until there are {@code count}; all of them, or none.
     *
     * @param positions what they are for, to name in the error
     */
    void grow(int count, int positions) {
        int before = blocks.size();
        try {
            while (blocks.size() < count) {
                blocks.add(allocate(positions));
            }
        } catch (RuntimeException e) {
            release(before);
            throw e;
        }
    }

    /**
     * Sees to it that nobody else holds {@code block}: if somebody does, it is replaced by a copy.
     *
     * @param positions what it is for, to name in the error
     */
    void own(int block, int positions) {
        Block shared = blocks.get(block);
        if (shared.holders.size() > 1) {
            Block copy = allocate(positions);
            MemorySegment.copy(
                    NativeMemory.ALL, shared.memory.address(), NativeMemory.ALL, copy.memory.address(), blockBytes);
            blocks.set(block, copy);
            shared.release(this);
        }
    }

    private Block allocate(int positions) {
        return new Block(memory.allocate(blockBytes, "the KV cache of %d positions".formatted(positions)), this);
    }

    /** Lets go of the blocks from {@code from} on. */
    void release(int from) {
        while (blocks.size() > from) {
            blocks.removeLast().release(this);
        }
    }

    /** A shared block counts for the one who has held it longest, and so once. */
    long bytes() {
        long bytes = 0;
        for (int i = 0; i < blocks.size(); i++) { // by index: asked after every pass, which allocates nothing
            bytes += blocks.get(i).holders.getFirst() == this ? blockBytes : 0;
        }
        return bytes;
    }

    private static final class Block {
        private final NativeMemory.Block memory;
        private final List<KvBlocks> holders = new ArrayList<>(1);

        Block(NativeMemory.Block memory, KvBlocks first) {
            this.memory = memory;
            holders.add(first);
        }

        void release(KvBlocks holder) {
            holders.remove(holder);
            if (holders.isEmpty()) {
                memory.close();
            }
        }
    }
}
