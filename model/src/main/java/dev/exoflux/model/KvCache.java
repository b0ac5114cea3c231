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

    /** Bytes taken at present. */
    long bytes();

    /** Declares positions {@code [length(), length)} written by the pass that just ended. */
    void extend(int length);

    /** Forgets every position from {@code length} on; nothing happens if it holds fewer. */
    void trim(int length);

    @Override
    void close();
}
