package dev.exoflux.pipeline.placement;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;

/** Why a model cannot be placed: what is missing, on which peer, and what may help. */
final class PlacementErrors {

    private PlacementErrors() {}

    /** As people know it: machines may share a name, so not by that alone. */
    private static String name(PeerInfo peer) {
        return peer.name().isBlank() || peer.name().equals(peer.id())
                ? peer.id()
                : "%s (%s)".formatted(peer.name(), peer.id());
    }

    static ExofluxException nobodyThere() {
        return new ExofluxException(
                ErrorCode.NO_PEERS, "There is no peer to place a model on.\nMaybe start one with `exoflux serve`.");
    }

    static ExofluxException unknownPeer(String id, Topology topology) {
        return new ExofluxException(
                ErrorCode.NO_PEERS,
                "There is no peer %s.\nMaybe one of: %s."
                        .formatted(id, Amounts.list(topology.peers(), ", ", PlacementErrors::name)));
    }

    static ExofluxException unusable(PeerInfo peer, Constraints constraints) {
        String reason = constraints.excludedPeers().contains(peer.id())
                ? "is excluded"
                : "has no backend " + constraints.backend();
        return new ExofluxException(
                ErrorCode.NO_PEERS,
                "Peer %s was asked for and %s.\nMaybe ask for the other peers alone.".formatted(name(peer), reason));
    }

    static ExofluxException tooFewPeers(
            int needed, List<PeerInfo> allowed, Topology topology, Constraints constraints) {
        String who = allowed.isEmpty()
                ? "none"
                : allowed.size() + " (" + Amounts.list(allowed, ", ", PlacementErrors::name) + ")";
        String backend = constraints.backend().isEmpty() ? "" : " with the backend " + constraints.backend();
        return new ExofluxException(
                ErrorCode.NO_PEERS,
                "%d peer%s%s %s needed; of %d that are there, %s may be used.\nMaybe ask for fewer, or start another."
                        .formatted(
                                needed,
                                needed == 1 ? "" : "s",
                                backend,
                                needed == 1 ? "is" : "are",
                                topology.peers().size(),
                                who));
    }

    static ExofluxException moreStagesThanLayers(int stages, int layers) {
        return ExofluxException.invalid(
                "stages",
                "%d layers cannot be spread over %d peers.\nMaybe place the model on %d peers or fewer."
                        .formatted(layers, stages, layers));
    }

    /** That no ring has the memory, whatever its links. */
    static ExofluxException memory(Demand demand, Candidates candidates, RingRules rules, Constraints constraints) {
        List<String> rooms = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            rooms.add(room(candidates.peer(i), demand));
        }
        String limit = rules.most() < candidates.size() ? " on " + rules.most() + " peers" : "";
        return new ExofluxException(
                ErrorCode.INSUFFICIENT_MEMORY,
                "%s does not fit%s: it takes %s, and one layer takes %s.\n%s.\n%s"
                        .formatted(
                                demand.model().id(),
                                limit,
                                parts(demand, constraints),
                                Amounts.exact(demand.largestLayer()),
                                Amounts.list(rooms, "; ", text -> text),
                                advice(demand)));
    }

    /** That peers which see each other do not have the memory, though all together would. */
    static ExofluxException memoryOfIslands(Demand demand, List<List<PeerInfo>> islands, Constraints constraints) {
        return new ExofluxException(
                ErrorCode.INSUFFICIENT_MEMORY,
                "%s does not fit on any peers that are linked with each other: it takes %s.\n%s.\n%s"
                        .formatted(
                                demand.model().id(),
                                parts(demand, constraints),
                                Amounts.list(islands, "; ", PlacementErrors::island),
                                "Maybe link these with each other, both ways."));
    }

    private static String island(List<PeerInfo> peers) {
        long free = peers.stream().mapToLong(PeerInfo::memoryFreeBytes).sum();
        return "%s: %s free".formatted(Amounts.list(peers, ", ", PlacementErrors::name), Amounts.exact(free));
    }

    /** That the memory is there, and no ring through it. */
    static ExofluxException notConnected(Demand demand, Candidates candidates) {
        List<String> gaps = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            for (int j = i + 1; j < candidates.size(); j++) {
                if (!candidates.linked(i, j)) {
                    gaps.add(name(candidates.peer(i)) + " and " + name(candidates.peer(j)));
                }
            }
        }
        return new ExofluxException(
                ErrorCode.NOT_CONNECTED,
                "No ring of peers that are linked with their neighbours, both ways, can hold %s.\nNo such link: %s.\n"
                                .formatted(demand.model().id(), Amounts.list(gaps, "; ", text -> text))
                        + "Maybe link two of these, or ask for fewer peers.");
    }

    static ExofluxException rankMemory(
            Demand demand, List<PeerInfo> small, int ranks, long bytes, Constraints constraints) {
        return new ExofluxException(
                ErrorCode.INSUFFICIENT_MEMORY,
                "A rank of %d of %s takes %s (in all %s).\n%s.\n%s"
                        .formatted(
                                ranks,
                                demand.model().id(),
                                Amounts.exact(bytes),
                                parts(demand, constraints),
                                Amounts.list(small, "; ", PlacementErrors::free),
                                advice(demand)));
    }

    private static String parts(Demand demand, Constraints constraints) {
        String total = Amounts.exact(demand.total());
        if (demand.cacheBytes() == 0) {
            return total;
        }
        return "%s, of which the KV cache takes %s for a context of %d and %d sequence%s at once"
                .formatted(
                        total,
                        Amounts.exact(demand.cacheBytes()),
                        constraints.context(),
                        constraints.concurrency(),
                        constraints.concurrency() == 1 ? "" : "s");
    }

    private static String room(PeerInfo peer, Demand demand) {
        long layers = demand.largestLayer() == 0 ? demand.layers() : peer.memoryFreeBytes() / demand.largestLayer();
        String room =
                layers == 0 ? "too little for one layer" : "room for " + Math.min(layers, demand.layers()) + " layers";
        return free(peer) + ", " + room;
    }

    private static String free(PeerInfo peer) {
        return name(peer) + " has " + Amounts.exact(peer.memoryFreeBytes()) + " free";
    }

    private static String advice(Demand demand) {
        return demand.cacheBytes() > 0
                ? "Maybe a shorter context, fewer sequences at once, fewer bits, or another peer."
                : "Maybe fewer bits, or another peer.";
    }

    static ExofluxException notDivisible(ModelFootprint model, String ranks, int example) {
        List<String> parts = new ArrayList<>();
        add(parts, model.heads(), "heads", example);
        add(parts, model.kvHeads(), "KV heads", example);
        add(parts, model.mlpWidth(), "MLP columns", example);
        return new ExofluxException(
                ErrorCode.NOT_DIVISIBLE,
                "%s of %s cannot be split evenly over %s ranks.\nMaybe a number of ranks that divides them all: %s."
                        .formatted(String.join(", ", parts), model.id(), ranks, Divisors.common(model)));
    }

    private static void add(List<String> parts, int count, String name, int ranks) {
        if (count % ranks != 0) {
            parts.add(count + " " + name);
        }
    }

    static ExofluxException rdma(List<String> reasons) {
        return new ExofluxException(
                ErrorCode.RDMA_UNAVAILABLE,
                "jaccl needs RDMA between every two peers: %s.\n".formatted(Amounts.list(reasons, "; ", text -> text))
                        + "Maybe run `rdma_ctl enable` in macOS's recovery system and connect them by Thunderbolt 5, or choose"
                        + " the ring.");
    }

    static ExofluxException unlinkedRanks(List<String> gaps) {
        return new ExofluxException(
                ErrorCode.NOT_CONNECTED,
                "The ranks of a tensor group cannot reach each other: %s.\nMaybe link these, or ask for fewer peers."
                        .formatted(Amounts.list(gaps, "; ", text -> text)));
    }
}
