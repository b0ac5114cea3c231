package dev.exoflux.mesh.cluster;

import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.List;

/**
 * The memory that a model may have on each peer. What a peer reports is free of what it holds; a model that is placed anew gives
 * back what it has, and what was decided for others a moment ago is taken, though its peer does not say so yet.
 */
final class FreeMemory {

    private FreeMemory() {}

    static Topology forModel(String model, ClusterView view) {
        Topology topology = view.topology();
        List<PeerInfo> peers = topology.peers().stream()
                .map(peer -> forModel(model, peer, view))
                .toList();
        return new Topology(topology.self(), topology.coordinator(), peers, topology.links());
    }

    private static PeerInfo forModel(String model, PeerInfo peer, ClusterView view) {
        long back = peer.shard(model).map(HeldShard::memoryBytes).orElse(0L);
        long promised = 0;
        for (Decision decision : view.decisions().values()) {
            if (!decision.model().equals(model)) {
                for (Decision.Part part : decision.parts()) {
                    promised += part.peer().equals(peer.id()) ? unsaid(decision, part, peer) : 0;
                }
            }
        }
        return peer.toBuilder()
                .memoryFreeBytes(Math.max(0, peer.memoryFreeBytes() + back - promised))
                .build();
    }

    private static long unsaid(Decision decision, Decision.Part part, PeerInfo peer) {
        long said = peer.shard(decision.model())
                .filter(shard -> shard.epoch() == decision.epoch())
                .map(HeldShard::memoryBytes)
                .orElse(0L);
        return Math.max(0, part.memoryBytes() - said);
    }
}
