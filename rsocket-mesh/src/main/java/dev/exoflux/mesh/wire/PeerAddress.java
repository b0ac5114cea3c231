package dev.exoflux.mesh.wire;

/** Where a peer takes subscriptions to its stages: a host that the asking peer can reach, and a port. */
public record PeerAddress(String host, int port) {

    public PeerAddress {
        if (host.isBlank() || port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("host '%s', port %d".formatted(host, port));
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
