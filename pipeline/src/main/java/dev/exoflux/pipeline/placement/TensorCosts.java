package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a tensor group of candidates costs a token, in seconds, over one kind of collective. */
final class TensorCosts {

    /** After the attention, and after the feed-forward part. */
    private static final int SUMS_PER_LAYER = 2;

    private static final String MLX = "mlx";

    private final Demand demand;
    private final Candidates candidates;
    private final Topology topology;
    private final Constraints constraints;
    private final CollectiveKind kind;

    TensorCosts(Demand demand, Candidates candidates, Topology topology, Constraints constraints, CollectiveKind kind) {
        this.demand = demand;
        this.candidates = candidates;
        this.topology = topology;
        this.constraints = constraints;
        this.kind = kind;
    }

    CollectiveKind kind() {
        return kind;
    }

    /** Bytes that each of so many ranks holds: its part of every layer and cache, and all of the embedding and the head. */
    long rankBytes(int ranks) {
        return Math.ceilDiv(demand.bytes(0, demand.layers()), (long) ranks) + demand.outer(true, true);
    }

    /** Seconds of a token, as if every two of the group were neighbours; infinite where two cannot reach each other. */
    double of(List<Integer> group) {
        return seconds(group, group);
    }

    /** Seconds of a token with the ranks in this order: in a ring each has two neighbours. */
    double ofRing(List<Integer> ranks) {
        return kind == CollectiveKind.JACCL ? of(ranks) : seconds(ranks, List.of());
    }

    private double seconds(List<Integer> group, List<Integer> everybody) {
        double slowest = group.stream().mapToDouble(candidates::speed).min().orElseThrow();
        double read = demand.active(0, demand.layers()) / group.size()
                + demand.model().headMatrixBytes();
        return read / slowest + SUMS_PER_LAYER * demand.layers() * allReduce(group, everybody);
    }

    /**
     * Seconds of one sum over all ranks. jaccl: each sends its vector to all others at once. Ring: the vector in as many parts as
     * there are ranks goes round twice, once to be added up and once to be told (Patarasuk and Yuan 2009).
     */
    private double allReduce(List<Integer> group, List<Integer> everybody) {
        int ranks = group.size();
        if (ranks == 1) {
            return 0;
        }
        long vector = demand.activationBytes();
        boolean jaccl = kind == CollectiveKind.JACCL;
        long bytes = jaccl ? vector * (ranks - 1) : Math.ceilDiv(vector, (long) ranks);
        double slowest = 0;
        for (int i = 0; i < ranks; i++) {
            slowest = Math.max(slowest, seconds(group.get(i), group.get((i + 1) % ranks), bytes));
            for (int other : everybody) {
                if (other != group.get(i)) {
                    slowest = Math.max(slowest, seconds(group.get(i), other, bytes));
                }
            }
        }
        return jaccl ? slowest : 2 * (ranks - 1) * slowest;
    }

    private double seconds(int from, int to, long bytes) {
        if (kind == CollectiveKind.RING) {
            return candidates.linked(from, to) ? candidates.seconds(from, to, bytes) : Double.POSITIVE_INFINITY;
        }
        if (!hasRdma(from) || !hasRdma(to) || rdma(to, from).isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        return rdma(from, to).map(link -> LinkSpeed.seconds(link, bytes)).orElse(Double.POSITIVE_INFINITY);
    }

    /** The RDMA link from one candidate to another that names its device. */
    Optional<Link> rdma(int from, int to) {
        String source = candidates.peer(from).id();
        String sink = candidates.peer(to).id();
        return constraints.avoids(source, sink)
                ? Optional.empty()
                : topology.links(source, sink).stream()
                        .filter(link -> link.kind() == Link.Kind.RDMA && link.rdmaDevice() != null)
                        .findFirst();
    }

    private boolean hasRdma(int number) {
        PeerInfo peer = candidates.peer(number);
        return peer.rdmaEnabled()
                && (peer.backends().isEmpty() || peer.backends().contains(MLX));
    }

    /** What keeps a group from jaccl; empty where nothing does. */
    List<String> missingRdma(List<Integer> group) {
        List<String> reasons = new ArrayList<>();
        for (int number : group) {
            PeerInfo peer = candidates.peer(number);
            if (!peer.rdmaEnabled()) {
                reasons.add("RDMA is not reported as enabled on " + peer.id());
            } else if (!hasRdma(number)) {
                reasons.add(peer.id() + " has no backend " + MLX);
            }
        }
        for (int from : group) {
            for (int to : group) {
                if (from != to && rdma(from, to).isEmpty()) {
                    reasons.add("no RDMA link leads from %s to %s"
                            .formatted(
                                    candidates.peer(from).id(),
                                    candidates.peer(to).id()));
                }
            }
        }
        return reasons;
    }
}
