package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Why a pipeline was placed as it is, in sentences. */
final class PipelineReasons {

    private final Demand demand;
    private final Candidates candidates;
    private final int[] ring;

    private PipelineReasons(Demand demand, Candidates candidates, int[] ring) {
        this.demand = demand;
        this.candidates = candidates;
        this.ring = ring;
    }

    static List<String> of(Demand demand, Candidates candidates, RingRules rules, int[] ring, Prediction prediction) {
        PipelineReasons reasons = new PipelineReasons(demand, candidates, ring);
        List<String> why = new ArrayList<>();
        why.add(reasons.number(rules));
        why.add("A token takes %s: %s of computing%s."
                .formatted(
                        Amounts.millis(prediction.seconds()),
                        Amounts.millis(prediction.computeSeconds()),
                        ring.length == 1
                                ? ""
                                : " and " + Amounts.millis(prediction.hopSeconds()) + " of " + reasons.hops()));
        reasons.addHolders(why);
        reasons.addTooSmall(why);
        if (!candidates.speedsAreKnown()) {
            why.add("Not every peer has measured its speed: one that has not counts as the slowest.");
        }
        return why;
    }

    private String number(RingRules rules) {
        String total = Amounts.bytes(demand.total());
        if (ring.length == 1) {
            String alone = candidates.peer(ring[0]).id() + " alone holds the " + total;
            return candidates.size() == 1
                    ? alone + "."
                    : alone + ": another peer would add hops and make no token faster.";
        }
        String peers = "%d of %d peers hold the %s".formatted(ring.length, candidates.size(), total);
        if (ring.length == rules.least()) {
            return peers + ": as many as were asked for.";
        }
        boolean fits = Arrays.stream(ring).anyMatch(i -> candidates.peer(i).memoryFreeBytes() >= demand.total());
        return peers + (fits ? ": together they are faster than one alone." : ": none of them has the memory alone.");
    }

    /** Such as "2 hops over thunderbolt, 1 over ethernet". */
    private String hops() {
        TreeMap<Link.Kind, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < ring.length; i++) {
            Link link = candidates.link(ring[i], ring[(i + 1) % ring.length]);
            if (link != null) {
                kinds.merge(link.kind(), 1, Integer::sum);
            }
        }
        return ring.length + " hops ("
                + kinds.entrySet().stream()
                        .map(kind -> kind.getValue() + " over " + kind.getKey().spelling())
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private void addHolders(List<String> why) {
        List<PeerInfo> holders = Arrays.stream(ring)
                .mapToObj(candidates::peer)
                .filter(peer -> peer.holds(demand.model().id(), 0)
                        || peer.holds(demand.model().id(), demand.layers() - 1))
                .toList();
        if (!holders.isEmpty()) {
            why.add("%s already %s weights of it."
                    .formatted(Amounts.list(holders, ", ", PeerInfo::id), holders.size() == 1 ? "has" : "have"));
        }
    }

    private void addTooSmall(List<String> why) {
        List<PeerInfo> small = candidates.peers().stream()
                .filter(peer -> peer.memoryFreeBytes() < demand.meanLayer())
                .toList();
        if (!small.isEmpty()) {
            why.add("%s cannot hold a single layer of %s."
                    .formatted(Amounts.list(small, ", ", PeerInfo::id), Amounts.bytes(demand.meanLayer())));
        }
    }
}
