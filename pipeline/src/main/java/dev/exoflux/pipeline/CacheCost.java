package dev.exoflux.pipeline;

/**
 * What the cache of a sequence takes.
 *
 * @param bytesPerPosition over all stages
 * @param block positions that memory is taken for, and shared, at a time
 */
record CacheCost(long bytesPerPosition, int block) {

    /** Blocks that {@code positions} lie in. */
    int blocks(int positions) {
        return Math.ceilDiv(positions, block);
    }

    long blockBytes() {
        return bytesPerPosition * block;
    }

    /** Bytes of a cache that holds {@code positions}. */
    long bytes(int positions) {
        return blocks(positions) * blockBytes();
    }

    /** Positions that a cache of {@code bytes} has room for. */
    long positions(long bytes) {
        return bytes / blockBytes() * block;
    }
}
