package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The peers that a plan may use, by number in the order of their ids, and the best link of each two. */
final class Candidates {

    /** Taken for a peer's speed where no peer's is known: an older laptop's. */
    private static final double USUAL_BYTES_PER_SECOND = 20e9;

    private final List<PeerInfo> peers;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final boolean[] required;
    private final double[] speeds;
    private final @Nullable Link[][] links;
    private final boolean speedsAreKnown;

    private Candidates(List<PeerInfo> peers, Topology topology, Constraints constraints, Demand demand) {
        this.peers = peers;
        for (PeerInfo peer : peers) {
            numbers.put(peer.id(), numbers.size());
        }
        required = new boolean[peers.size()];
        for (int i = 0; i < required.length; i++) {
            required[i] = constraints.usesAllNamed();
        }
        double slowest = peers.stream()
                .mapToDouble(PeerInfo::weightBytesPerSecond)
                .filter(speed -> speed > 0)
                .min()
                .orElse(USUAL_BYTES_PER_SECOND);
        speeds = peers.stream()
                .mapToDouble(peer -> peer.weightBytesPerSecond() > 0 ? peer.weightBytesPerSecond() : slowest)
                .toArray();
        speedsAreKnown = peers.stream().allMatch(peer -> peer.weightBytesPerSecond() > 0);
        links = bestLinks(topology, constraints, demand.activationBytes());
    }

    /**
     * Those of a topology's peers that the constraints allow.
     *
     * @throws dev.exoflux.model.ExofluxException NO_PEERS where that is nobody, or somebody named is not there
     */
    static Candidates of(Topology topology, Constraints constraints, Demand demand) {
        if (topology.peers().isEmpty()) {
            throw PlacementErrors.nobodyThere();
        }
        Set<String> named = new HashSet<>(constraints.peers());
        for (String id : constraints.peers()) {
            if (topology.peer(id).isEmpty()) {
                throw PlacementErrors.unknownPeer(id, topology);
            }
        }
        List<PeerInfo> allowed = new ArrayList<>();
        for (PeerInfo peer : topology.peers()) {
            boolean wanted = named.isEmpty() || named.contains(peer.id());
            if (wanted && !constraints.excludedPeers().contains(peer.id()) && hasBackend(peer, constraints)) {
                allowed.add(peer);
            } else if (constraints.usesAllNamed() && named.contains(peer.id())) {
                throw PlacementErrors.unusable(peer, constraints);
            }
        }
        int needed = Math.max(1, Math.max(constraints.stages(), constraints.minPeers()));
        if (allowed.size() < needed) {
            throw PlacementErrors.tooFewPeers(needed, allowed, topology, constraints);
        }
        return new Candidates(List.copyOf(allowed), topology, constraints, demand);
    }

    private static boolean hasBackend(PeerInfo peer, Constraints constraints) {
        return constraints.backend().isEmpty()
                || peer.backend().equals(constraints.backend())
                || peer.backends().contains(constraints.backend());
    }

    private @Nullable Link[][] bestLinks(Topology topology, Constraints constraints, long payload) {
        @Nullable Link[][] best = new Link[peers.size()][peers.size()];
        for (Link link : topology.links()) {
            Integer from = numbers.get(link.from());
            Integer to = numbers.get(link.to());
            if (from == null || to == null || constraints.avoids(link.from(), link.to())) {
                continue;
            }
            Link known = best[from][to];
            // links come with the preferred kind first: only a faster one replaces it
            if (known == null || LinkSpeed.seconds(link, payload) < LinkSpeed.seconds(known, payload)) {
                best[from][to] = link;
            }
        }
        return best;
    }

    int size() {
        return peers.size();
    }

    PeerInfo peer(int number) {
        return peers.get(number);
    }

    List<PeerInfo> peers() {
        return peers;
    }

    /** The number of a peer; it is one of them. */
    int number(String id) {
        Integer number = numbers.get(id);
        if (number == null) {
            throw new IllegalArgumentException(id + " is not among the candidates");
        }
        return number;
    }

    /** Whether a plan without this peer is not what was asked for. */
    boolean required(int number) {
        return required[number];
    }

    /** Bytes of weights a second; the slowest peer's where a peer did not measure its own. */
    double speed(int number) {
        return speeds[number];
    }

    boolean speedsAreKnown() {
        return speedsAreKnown;
    }

    /** The link that carries an activation soonest; null where there is none. */
    @Nullable
    Link link(int from, int to) {
        return links[from][to];
    }

    /** Whether two peers may stand beside each other: data go one way, demand the other. */
    boolean linked(int a, int b) {
        return links[a][b] != null && links[b][a] != null;
    }

    /** Seconds of a message on the best link between two that are {@link #linked}. */
    double seconds(int from, int to, long bytes) {
        Link link = links[from][to];
        return link == null ? Double.POSITIVE_INFINITY : LinkSpeed.seconds(link, bytes);
    }
}
