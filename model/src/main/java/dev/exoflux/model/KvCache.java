package dev.exoflux.model;

/**
 * Keys and values that one sequence has produced, for the layers this peer holds.
 *
 * <p>Grows as positions are added, up to {@link #capacity()}, taking memory only for what it holds (rounded up to the
 * backend's block). Owned by the stage that runs the sequence: used, trimmed and closed on that stage's compute thread
 * only. {@link Ops#attention} writes the new keys and values of a pass at the positions that {@link Positions} names; the
 * stage makes them part of the cache with {@link #extend} once the whole pass has succeeded, so that a pass that failed
 * leaves the cache as it was.
 */
public interface KvCache extends AutoCloseable {

    /** Positions held: the next token of the sequence goes to this position. */
    int length();

    /** Most positions this cache may ever hold. */
    int capacity();

    /**
     * Bytes taken at present. What is shared with {@linkplain #fork forks} counts for one of them, so that the sum over all
     * caches is what they take together.
     */
    long bytes();

    /** Declares positions {@code [length(), length)} written by the pass that just ended. */
    void extend(int length);

    /** Forgets every position from {@code length} on; nothing happens if it holds fewer. */
    void trim(int length);

    /**
     * A cache that holds the first {@code length} positions of this one, and from there on goes its own way: what either does
     * later is not seen in the other, and each is closed on its own, in any order. Shares memory where it can, and is used on
     * the same thread as this one.
     *
     * @param length at most {@link #length()}
     * @param capacity of the new cache, at least {@code length}
     * @throws IllegalArgumentException if either is out of range
     */
    KvCache fork(int length, int capacity);

    @Override
    void close();
}
