package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.Comparator;
import java.util.Optional;

/** Where one peer finds the streams of another. */
final class Addresses {

    private static final Comparator<Link> FASTEST = Comparator.comparingDouble(Link::bytesPerSecond)
            .reversed()
            .thenComparing(Link::kind)
            .thenComparing(Link::address);

    private Addresses() {}

    /**
     * The address of the fastest way that was measured, or the one the peer gives where none was.
     *
     * @return empty where the peer is not there or takes no streams yet
     */
    static Optional<PeerAddress> of(Topology topology, String from, String to) {
        return topology.peer(to)
                .filter(peer -> peer.meshPort() > 0)
                .flatMap(peer -> topology.links(from, to).stream()
                        .filter(link ->
                                link.kind() != Link.Kind.RDMA && !link.address().isBlank())
                        .min(FASTEST)
                        .map(Link::address)
                        .or(() -> host(peer))
                        .map(host -> new PeerAddress(host, peer.meshPort())));
    }

    private static Optional<String> host(PeerInfo peer) {
        return Optional.of(peer.host()).filter(host -> !host.isBlank());
    }
}
