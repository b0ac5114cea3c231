package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory set aside for KV caches. A sequence reserves what its cache can come to at most, so that whoever has been let in is
 * never thrown out half-way for lack of memory. Changed by one thread at a time.
 */
final class CacheBudget {

    private final long bytes;
    private final long bytesPerPosition;
    private final AtomicLong reserved = new AtomicLong();

    /**
     * @param bytes for all sequences together
     * @param bytesPerPosition over all stages
     */
    CacheBudget(long bytes, long bytesPerPosition) {
        this.bytes = bytes;
        this.bytesPerPosition = bytesPerPosition;
    }

    /** For all sequences together. */
    long bytes() {
        return bytes;
    }

    /** Readable from any thread. */
    long reservedBytes() {
        return reserved.get();
    }

    boolean everFits(int positions) {
        return positions * bytesPerPosition <= bytes;
    }

    /** Sets memory aside for a cache of {@code positions}, if it is there. */
    boolean reserve(int positions) {
        boolean fits = reserved.get() + positions * bytesPerPosition <= bytes;
        if (fits) {
            reserved.addAndGet(positions * bytesPerPosition);
        }
        return fits;
    }

    void release(int positions) {
        reserved.addAndGet(-positions * bytesPerPosition);
    }

    void releaseAll() {
        reserved.set(0);
    }

    ExofluxException neverFits(int positions) {
        return new ExofluxException(ErrorCode.OUT_OF_MEMORY, """
                A cache of %d positions takes %d bytes, and all caches together may take %d.
                Maybe ask for at most %d tokens, prompt and answer together.""".formatted(
                        positions, positions * bytesPerPosition, bytes, bytes / bytesPerPosition));
    }
}
