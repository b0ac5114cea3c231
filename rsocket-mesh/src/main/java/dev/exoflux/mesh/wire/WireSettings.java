package dev.exoflux.mesh.wire;

import java.time.Duration;

/**
 * How hops are run.
 *
 * @param hidden how the hidden states of this peer's stages travel; both formats are understood
 * @param maxMessageBytes of one message; a longer one is refused before it has arrived
 * @param keepAlive how often a peer that has nothing to say says so
 * @param lifetime a peer that was not heard of for so long is lost; several times {@code keepAlive}
 * @param handshake within which a connection is made, secured and introduced, or given up
 */
public record WireSettings(
        HiddenFormat hidden, int maxMessageBytes, Duration keepAlive, Duration lifetime, Duration handshake) {

    /** Exact hidden states, messages of 256 MiB, a lost peer noticed within two seconds. */
    public static final WireSettings DEFAULTS = new WireSettings(
            HiddenFormat.F32, 256 << 20, Duration.ofMillis(400), Duration.ofMillis(1600), Duration.ofSeconds(3));

    /** Bytes of a fragment: longer messages are cut, so that no frame keeps the others waiting. */
    static final int FRAGMENT_BYTES = 1 << 16;

    /** Messages a peer may be sent ahead of what it has taken. */
    static final int CREDIT = 32;

    public WireSettings {
        if (maxMessageBytes < FRAGMENT_BYTES) {
            throw new IllegalArgumentException("messages of at most " + maxMessageBytes + " bytes");
        }
        if (!keepAlive.isPositive() || keepAlive.multipliedBy(2).compareTo(lifetime) > 0) {
            throw new IllegalArgumentException("keep-alive every %s for %s".formatted(keepAlive, lifetime));
        }
        if (!handshake.isPositive()) {
            throw new IllegalArgumentException("handshake within " + handshake);
        }
    }

    /** These settings with another format of hidden states. */
    public WireSettings withHidden(HiddenFormat format) {
        return new WireSettings(format, maxMessageBytes, keepAlive, lifetime, handshake);
    }
}
