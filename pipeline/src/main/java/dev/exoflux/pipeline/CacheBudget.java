package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory for KV caches. A sequence reserves what it has to compute and some tokens more, and further ones as it gets there: most
 * answers end long before they could.
 *
 * <p>Counts blocks the way the stages do: what a sequence has from the cache of another is one block with two holders, and free
 * when the last of them has gone. Changed by one thread at a time.
 */
final class CacheBudget {

    /** Tokens of an answer that memory is reserved for ahead of what there is. */
    static final int AHEAD = 256;

    private final long bytes;
    private final CacheCost cost;
    private final int ahead;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLong retained = new AtomicLong();
    private long leaving;

    /**
     * @param bytes for all sequences together
     * @param cost over all stages
     */
    CacheBudget(long bytes, CacheCost cost) {
        this(bytes, cost, AHEAD);
    }

    /** @param ahead tokens of an answer that memory is reserved for ahead of what there is */
    CacheBudget(long bytes, CacheCost cost, int ahead) {
        this.bytes = bytes;
        this.cost = cost;
        this.ahead = ahead;
    }

    /** Tokens of an answer that memory is reserved for ahead of what there is. */
    int ahead() {
        return ahead;
    }

    /** For all sequences together. */
    long bytes() {
        return bytes;
    }

    /** Readable from any thread. */
    long reservedBytes() {
        return reserved.get() * cost.blockBytes();
    }

    /** Of these, what sequences that have ended hold on to; readable from any thread. */
    long retainedBytes() {
        return retained.get() * cost.blockBytes();
    }

    boolean everFits(int positions) {
        return bytes(positions) <= bytes;
    }

    /** Bytes of a cache of {@code positions} that shares none of them. */
    long bytes(int positions) {
        return cost.bytes(positions);
    }

    /**
     * Whether a cache can have its memory now.
     *
     * @param shared of its positions, those it gets from another cache
     */
    boolean fits(int positions, int shared) {
        return fits(positions, shared, 0);
    }

    /** Whether it can once those have gone that are leaving already. */
    boolean willFit(int positions, int shared) {
        return willFit(positions, shared, 0);
    }

    /** The same with {@code spare} blocks left. */
    boolean fits(int positions, int shared, int spare) {
        return reserved.get() + needed(positions, shared) + spare <= bytes / cost.blockBytes();
    }

    /** The same with {@code spare} blocks left. */
    boolean willFit(int positions, int shared, int spare) {
        return reserved.get() - leaving + needed(positions, shared) + spare <= bytes / cost.blockBytes();
    }

    private int needed(int positions, int shared) {
        return cost.blocks(positions) - shared / cost.block();
    }

    /** Sets memory aside for a cache of {@code positions} that {@linkplain #fits fits}. */
    Lease reserve(int positions, @Nullable Lease source, int shared) {
        Block[] blocks = new Block[cost.blocks(positions)];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = source != null && i < shared / cost.block() ? source.blocks[i] : new Block();
            held(blocks[i]);
        }
        return new Lease(blocks);
    }

    void releaseAll() {
        reserved.set(0);
        retained.set(0);
        leaving = 0;
    }

    ExofluxException neverFits(int positions) {
        return new ExofluxException(
                ErrorCode.OUT_OF_MEMORY, """
                A cache of %d positions takes %d bytes, and all caches together may take %d.
                Maybe ask for at most %d tokens, prompt and answer together.""".formatted(positions, cost.bytes(positions), bytes, cost.positions(bytes)));
    }

    private void held(Block block) {
        block.staying++;
        if (block.holders++ == 0) {
            reserved.incrementAndGet();
        }
    }

    private void leaving(Block block) {
        if (--block.staying == 0) {
            leaving++;
        }
    }

    private void gone(Block block) {
        if (--block.holders == 0) {
            reserved.decrementAndGet();
            leaving--;
        }
    }

    private static final class Block {
        private int holders;
        private int staying;
        private int retaining;
    }

    /** What one sequence has set aside; released once, after it has left. */
    final class Lease {
        private Block[] blocks;
        private boolean retaining;

        private Lease(Block[] blocks) {
            this.blocks = blocks;
        }

        /** Positions it has memory for. */
        int positions() {
            return blocks.length * cost.block();
        }

        /** Takes what is missing for {@code positions}, if that is there. */
        boolean grow(int positions) {
            int more = missing(positions);
            if (reserved.get() + more > bytes / cost.blockBytes()) {
                return false;
            }
            int before = blocks.length;
            blocks = Arrays.copyOf(blocks, before + more);
            for (int i = before; i < blocks.length; i++) {
                blocks[i] = new Block();
                held(blocks[i]);
            }
            return true;
        }

        /** Whether it can take what is missing for {@code positions} once those have gone that are leaving already. */
        boolean willGrow(int positions) {
            return reserved.get() - leaving + missing(positions) <= bytes / cost.blockBytes();
        }

        private int missing(int positions) {
            return Math.max(0, cost.blocks(positions) - blocks.length);
        }

        /** Has its first {@code positions} from the cache of another instead, as far as they fill whole blocks. */
        void share(Lease source, int positions) {
            for (int i = 0; i < positions / cost.block(); i++) {
                Block own = blocks[i];
                blocks[i] = source.blocks[i];
                held(blocks[i]);
                leaving(own);
                gone(own);
            }
        }

        /** Its sequence has ended, and its cache keeps {@code positions}. */
        void retain(int positions) {
            int kept = Math.min(cost.blocks(positions), blocks.length);
            for (int i = kept; i < blocks.length; i++) {
                leaving(blocks[i]);
                gone(blocks[i]);
            }
            blocks = Arrays.copyOf(blocks, kept);
            retaining = true;
            for (Block block : blocks) {
                if (block.retaining++ == 0) {
                    retained.incrementAndGet();
                }
            }
        }

        /** Nobody will need its cache any more; the memory is free when it is {@linkplain #release released}. */
        void leave() {
            for (Block block : blocks) {
                if (retaining && --block.retaining == 0) {
                    retained.decrementAndGet();
                }
                leaving(block);
            }
        }

        /** No stage holds its cache any more. */
        void release() {
            for (Block block : blocks) {
                gone(block);
            }
        }
    }
}
