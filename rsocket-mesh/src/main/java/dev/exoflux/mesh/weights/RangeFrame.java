package dev.exoflux.mesh.weights;

/**
 * The answer to a {@link WeightRequest.Read}: frames that begin with {@link #DATA} and bring the bytes in order, then one that
 * begins with {@link #DIGEST} and brings their SHA-256.
 */
final class RangeFrame {

    static final int DATA = 0;
    static final int DIGEST = 1;

    /** Of data in a frame. */
    static final int MAX_BYTES = 1 << 20;

    static final int DIGEST_BYTES = 32;

    private RangeFrame() {}
}
