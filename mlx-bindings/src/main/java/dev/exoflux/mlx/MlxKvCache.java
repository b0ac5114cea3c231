package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one sequence, in a slab with room for whole blocks of positions. Grows by moving to a larger slab, writes
 * in place while the slab is its own, and leaves one that it shares with a fork before it writes.
 */
final class MlxKvCache implements KvCache {

    static final int BLOCK = 256;

    private final MlxBackend backend;
    private final KvShape shape;
    private final int capacity;
    private @Nullable KvSlab slab;
    private int length;
    private boolean closed;

    MlxKvCache(MlxBackend backend, KvShape shape, int capacity) {
        this.backend = backend;
        this.shape = shape;
        this.capacity = capacity;
    }

    KvShape shape() {
        return shape;
    }

    /** Room for {@code length} positions that nobody else sees written; on failure the cache is as it was. */
    KvSlab reserve(int length) {
        requireOpen();
        if (length > capacity) {
            throw new ExofluxException(ErrorCode.CONTEXT_EXCEEDED, """
                    %d positions do not fit into a KV cache of %d.
                    Maybe shorten the prompt or allow a longer context.""".formatted(length, capacity));
        }
        KvSlab known = slab;
        if (known != null && known.positions() >= length && !known.shared()) {
            return known;
        }
        return move(length);
    }

    /** To a slab of its own for {@code positions}. */
    private KvSlab move(int positions) {
        KvSlab before = slab;
        KvSlab after = backend.slab(shape, blocks(positions) * BLOCK, before, length);
        slab = after.join(this);
        if (before != null) {
            before.leave(this);
        }
        return after;
    }

    private static int blocks(int positions) {
        return Math.ceilDiv(positions, BLOCK);
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
        KvSlab known = slab;
        return known != null && known.countsFor(this) ? known.bytes() : 0;
    }

    @Override
    public void extend(int length) {
        requireOpen();
        int room = slab == null ? 0 : slab.positions();
        if (length < this.length || length > room) {
            throw new IllegalArgumentException("a KV cache of %d positions with room for %d cannot be extended to %d"
                    .formatted(this.length, room, length));
        }
        this.length = length;
    }

    /** Gives memory back where half of it or more is no longer needed: each time costs a copy of the rest. */
    @Override
    public void trim(int length) {
        requireOpen();
        if (length < 0) {
            throw new IllegalArgumentException("a KV cache cannot be trimmed to " + length);
        }
        this.length = Math.min(length, this.length);
        KvSlab known = slab;
        if (known == null) {
            return;
        }
        if (this.length == 0) {
            leave();
        } else if (!known.shared() && 2 * blocks(this.length) * BLOCK <= known.positions()) {
            move(this.length);
        }
    }

    @Override
    public KvCache fork(int length, int capacity) {
        requireOpen();
        if (length < 0 || length > this.length || length > capacity) {
            throw new IllegalArgumentException("a KV cache of %d positions cannot be forked at %d for a capacity of %d"
                    .formatted(this.length, length, capacity));
        }
        MlxKvCache fork = new MlxKvCache(backend, shape, capacity);
        fork.length = length;
        KvSlab known = slab;
        if (known != null && length > 0) {
            fork.slab = known.join(fork);
        }
        return fork;
    }

    private void leave() {
        KvSlab known = slab;
        if (known != null) {
            slab = null;
            known.leave(this);
        }
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
            leave();
        }
    }
}
