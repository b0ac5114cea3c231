package dev.exoflux.web.api;

import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The answer of {@code GET /api/peers}. */
@JsonNaming(LowerCamelCaseStrategy.class)
record PeersView(String self, String coordinator, List<Peer> peers) {

    /** @param links from this peer to others */
    @JsonNaming(LowerCamelCaseStrategy.class)
    record Peer(
            String id,
            String name,
            String host,
            int httpPort,
            String device,
            int cores,
            String backend,
            long memoryFreeBytes,
            long memoryTotalBytes,
            double weightBytesPerSecond,
            double gflops,
            long diskFreeBytes,
            boolean leaving,
            List<String> labels,
            List<String> models,
            List<Shard> shards,
            List<Way> links) {}

    @JsonNaming(LowerCamelCaseStrategy.class)
    record Shard(
            String model,
            int from,
            int to,
            String state,
            double progress,
            long memoryBytes,
            @Nullable String reason) {}

    @JsonNaming(LowerCamelCaseStrategy.class)
    record Way(String to, String kind, String address, double roundTripMicros, double bytesPerSecond) {}

    static PeersView of(Topology topology) {
        return new PeersView(
                topology.self(),
                topology.coordinator(),
                topology.peers().stream()
                        .map(peer -> of(peer, topology.links()))
                        .toList());
    }

    private static Peer of(PeerInfo peer, List<Link> links) {
        return new Peer(
                peer.id(),
                peer.name(),
                peer.host(),
                peer.httpPort(),
                peer.device(),
                peer.cores(),
                peer.backend(),
                peer.memoryFreeBytes(),
                peer.memoryTotalBytes(),
                peer.weightBytesPerSecond(),
                peer.gflops(),
                peer.diskFreeBytes(),
                peer.leaving(),
                peer.labels(),
                peer.models().stream().map(HeldModel::id).sorted().toList(),
                peer.shards().stream().map(PeersView::of).toList(),
                links.stream()
                        .filter(link -> link.from().equals(peer.id()))
                        .map(PeersView::of)
                        .toList());
    }

    private static Shard of(HeldShard shard) {
        return new Shard(
                shard.model(),
                shard.layers().from(),
                shard.layers().to(),
                shard.state().spelling(),
                shard.progress(),
                shard.memoryBytes(),
                shard.reason().isEmpty() ? null : shard.reason());
    }

    private static Way of(Link link) {
        return new Way(
                link.to(), link.kind().spelling(), link.address(), link.roundTripMicros(), link.bytesPerSecond());
    }
}
