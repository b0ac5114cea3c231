package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the ranks of a group find each other: RDMA devices, and the addresses of rank 0. */
final class TensorAddresses {

    private final Candidates candidates;
    private final Topology topology;
    private final Constraints constraints;
    private final List<Integer> ranks;

    TensorAddresses(Candidates candidates, Topology topology, Constraints constraints, List<Integer> ranks) {
        this.candidates = candidates;
        this.topology = topology;
        this.constraints = constraints;
        this.ranks = ranks;
    }

    TensorGroup group(TensorCosts costs) {
        boolean jaccl = costs.kind() == CollectiveKind.JACCL;
        return new TensorGroup(ranks.size(), costs.kind(), jaccl ? devices(costs) : List.of(), coordinator(jaccl));
    }

    private List<List<@Nullable String>> devices(TensorCosts costs) {
        List<List<@Nullable String>> matrix = new ArrayList<>();
        for (int from : ranks) {
            List<@Nullable String> row = new ArrayList<>();
            for (int to : ranks) {
                row.add(
                        from == to
                                ? null
                                : costs.rdma(from, to).map(Link::rdmaDevice).orElse(null));
            }
            matrix.add(row);
        }
        return matrix;
    }

    private Map<String, String> coordinator(boolean everybodyDials) {
        String rank0 = candidates.peer(ranks.getFirst()).id();
        Map<String, String> seen = new HashMap<>();
        List<String> gaps = new ArrayList<>();
        seen.put(rank0, "0.0.0.0:" + constraints.coordinatorPort());
        for (int rank : ranks.subList(1, ranks.size())) {
            String peer = candidates.peer(rank).id();
            address(peer, rank0)
                    .ifPresentOrElse(
                            address -> seen.put(peer, withPort(address)),
                            () -> gaps.add("%s has no address of %s".formatted(peer, rank0)));
        }
        if (everybodyDials && !gaps.isEmpty()) {
            throw PlacementErrors.unlinkedRanks(gaps);
        }
        return seen;
    }

    /** Rank 0's address on the quickest of a peer's links to it; RDMA devices have none of their own. */
    private Optional<String> address(String peer, String rank0) {
        return topology.links(peer, rank0).stream()
                .filter(link -> !link.address().isEmpty() && !constraints.avoids(peer, rank0))
                .min(Comparator.comparingDouble(link -> LinkSpeed.seconds(link, Demand.TOKEN_BYTES)))
                .map(Link::address);
    }

    /** The host of an address, which may have a port of its own, with the coordinator's. */
    private String withPort(String address) {
        int colon = address.lastIndexOf(':');
        boolean several = colon != address.indexOf(':');
        String host = address;
        if (address.startsWith("[")) {
            host = address.substring(0, address.indexOf(']') + 1);
        } else if (several) {
            host = "[" + address + "]";
        } else if (colon >= 0) {
            host = address.substring(0, colon);
        }
        return host + ":" + constraints.coordinatorPort();
    }
}
