package dev.exoflux.pipeline.placement;

import java.util.List;

/**
 * A network interface of a peer.
 *
 * @param name as the operating system calls it, such as {@code en0}
 * @param addresses IP addresses, without a prefix length or zone
 */
public record PeerInterface(String name, Link.Kind kind, List<String> addresses) {

    public PeerInterface {
        addresses = List.copyOf(addresses);
    }
}
