package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a user, or a recovery, asks of a placement.
 *
 * @param stages how many peers exactly; 0 where that is left open
 * @param minPeers how many peers at least
 * @param peers the only ones that may be used; empty for any. All of them are, unless {@code stages} or {@code minPeers} asks
 *     for a number
 * @param excludedPeers that may not be used
 * @param avoidedLinks over which nothing may go, in either direction
 * @param context positions promised to each sequence; 0 promises no cache
 * @param concurrency sequences at once
 * @param collective of a tensor group
 * @param backend that every peer must have; empty for any
 * @param rank0 the peer that is to be rank 0 of a tensor group; empty for any
 * @param coordinatorPort that rank 0 of a tensor group listens on
 */
public record Constraints(
        Strategy strategy,
        int stages,
        int minPeers,
        List<String> peers,
        Set<String> excludedPeers,
        List<Ends> avoidedLinks,
        int context,
        int concurrency,
        CollectiveKind collective,
        String backend,
        String rank0,
        int coordinatorPort) {

    /** Where rank 0 listens unless something else is asked for. */
    public static final int COORDINATOR_PORT = 41_700;

    /** The ends of a link. */
    public record Ends(String from, String to) {}

    /** Any pipeline, for one sequence. */
    public static final Constraints NONE = builder().build();

    public Constraints {
        peers = List.copyOf(peers);
        excludedPeers = Set.copyOf(new TreeSet<>(excludedPeers));
        avoidedLinks = List.copyOf(avoidedLinks);
        if (stages < 0 || minPeers < 0 || context < 0 || concurrency < 1) {
            throw new IllegalArgumentException("%d stages, %d peers at least, context %d, concurrency %d"
                    .formatted(stages, minPeers, context, concurrency));
        }
    }

    public static ConstraintsBuilder builder() {
        return new ConstraintsBuilder();
    }

    public ConstraintsBuilder toBuilder() {
        return new ConstraintsBuilder(this);
    }

    /** The same without a peer: with these, the planner gives the next-best plan after that peer failed. */
    public Constraints excluding(String peer) {
        Set<String> excluded = new TreeSet<>(excludedPeers);
        excluded.add(peer);
        return toBuilder()
                .excludedPeers(excluded)
                .peers(peers.stream().filter(id -> !id.equals(peer)).toList())
                .build();
    }

    /** The same without what joins two peers: with these, the planner gives the next-best plan after that link failed. */
    public Constraints avoiding(String from, String to) {
        List<Ends> avoided = new ArrayList<>(avoidedLinks);
        avoided.add(new Ends(from, to));
        return toBuilder().avoidedLinks(avoided).build();
    }

    boolean avoids(String from, String to) {
        return avoidedLinks.contains(new Ends(from, to)) || avoidedLinks.contains(new Ends(to, from));
    }

    /** Whether every one of {@link #peers} has a part to take. */
    boolean usesAllNamed() {
        return !peers.isEmpty() && stages == 0 && minPeers == 0;
    }
}
