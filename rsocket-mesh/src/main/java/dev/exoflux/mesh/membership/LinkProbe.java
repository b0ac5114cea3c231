package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Measures the way to a peer. */
interface LinkProbe {

    /** What was measured from here to there. */
    record Measured(double roundTripMicros, double bytesPerSecond) {}

    /**
     * Takes some tenths of a second, a few seconds at most; for a thread that may wait.
     *
     * @throws IOException where nobody who knows the cluster's key answers there
     */
    Measured measure(InetSocketAddress address) throws IOException;
}
