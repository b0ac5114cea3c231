package dev.exoflux.model;

import org.jspecify.annotations.Nullable;

/**
 * What a piece of silicon can do: holds weights and caches in its own form and opens forward passes over them.
 *
 * <p>Thread-safe: several stages may load and run passes at once, each pass on one thread.
 */
public interface Backend extends AutoCloseable {

    /** Short name for logs and lists: its kind and which one, such as {@code cpu-vector-256} or {@code mlx 0.32.2 (CPU, 16 GiB)}. */
    String name();

    /** The rest of a line for the log that begins with the name: what was chosen and why, with the threads it uses. */
    String description();

    /**
     * Whether a row's numbers are the same bits whatever else is in its pass and however its prompt was cut, as {@link Ops}
     * says. Where not, they agree to the rounding of sums; the same pass gives the same bits everywhere.
     */
    default boolean sameBits() {
        return true;
    }

    /**
     * Takes a weight matrix into the backend's own form. What it keeps is a copy: the segments in {@code data} may be
     * unmapped afterwards.
     *
     * @param bias {@code [rows]}, or null where the layer has none
     * @throws ExofluxException with {@link ErrorCode#UNSUPPORTED} for a form the backend cannot compute with
     */
    Matrix load(MatrixData data, float @Nullable [] bias);

    /**
     * An empty cache for one sequence.
     *
     * @param capacity most positions it may hold
     */
    KvCache newCache(KvShape shape, int capacity);

    /** Bytes a cache takes for each position it holds. */
    long cacheBytesPerPosition(KvShape shape);

    /** Positions of a block: caches take memory, and {@linkplain KvCache#fork share} it, in whole blocks. */
    int cacheBlock();

    /**
     * Bytes that weights and caches may still take, as far as the machine, or the container it runs in, can tell now; {@link
     * Long#MAX_VALUE} where nobody knows.
     */
    default long availableBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Bytes a second at which this backend's threads read a matrix it has loaded from front to back and do nothing else: the
     * limit of decoding. Measured when asked for, in some tenths of a second; 0 where that says nothing, as for a small matrix.
     */
    default long readSpeed(Matrix matrix) {
        return 0;
    }

    /** Opens a forward pass for the calling thread. */
    Ops open();

    /** Stops the backend's threads; no pass may be open. */
    @Override
    void close();
}
