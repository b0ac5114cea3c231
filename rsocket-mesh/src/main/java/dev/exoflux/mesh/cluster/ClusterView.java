package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.cluster.PlacedModel.State;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a peer knows of its cluster at one moment.
 *
 * @param orders by model: what users asked for
 * @param decisions by model: where it goes
 * @param pipelines texts by name
 */
record ClusterView(
        Topology topology,
        SortedMap<String, Order> orders,
        SortedMap<String, Decision> decisions,
        SortedMap<String, String> pipelines) {

    static ClusterView of(Topology topology, Map<String, String> state) {
        return new ClusterView(topology, Records.orders(state), Records.decisions(state), Records.pipelines(state));
    }

    /** The same with decisions that it does not know yet. */
    ClusterView with(Map<String, Decision> newer) {
        if (newer.isEmpty()) {
            return this;
        }
        SortedMap<String, Decision> all = new TreeMap<>(decisions);
        newer.forEach((model, decision) ->
                all.merge(model, decision, (known, other) -> other.epoch() > known.epoch() ? other : known));
        return new ClusterView(topology, orders, all, pipelines);
    }

    String self() {
        return topology.self();
    }

    boolean coordinates() {
        return !self().isEmpty() && self().equals(topology.coordinator());
    }

    Optional<Decision> decision(String model) {
        return Optional.ofNullable(decisions.get(model));
    }

    /** A peer's part as it reports it, where that is the decision's. */
    Optional<HeldShard> held(Decision decision, Decision.Part part) {
        return topology.peer(part.peer())
                .flatMap(peer -> peer.shard(decision.model()))
                .filter(shard ->
                        shard.epoch() == decision.epoch() && shard.layers().equals(part.layers()));
    }

    /** Whether every part of it is loaded. */
    boolean isReady(Decision decision) {
        return decision.isPlaced()
                && decision.parts().stream()
                        .allMatch(part -> held(decision, part)
                                .filter(shard -> shard.state() == HeldShard.State.READY)
                                .isPresent());
    }

    /** Every deployed model, sorted by name. */
    List<PlacedModel> placed() {
        return orders.values().stream().map(this::placed).toList();
    }

    /** How a deployed model stands. */
    Optional<PlacedModel> placement(String model) {
        return Optional.ofNullable(orders.get(model)).map(this::placed);
    }

    private PlacedModel placed(Order order) {
        Deployment asked = order.deployment();
        String model = asked.model();
        Decision decision = decisions.get(model);
        if (decision == null) {
            return new PlacedModel(
                    model, 0, State.PLACING, asked.strategy(), List.of(), 0, asked.context(), asked.concurrency(), "");
        }
        Optional<HeldShard> failure = failure(decision);
        return new PlacedModel(
                model,
                decision.epoch(),
                !decision.isPlaced()
                        ? State.WAITING
                        : failure.isPresent() ? State.FAILED : isReady(decision) ? State.READY : State.PLACING,
                decision.strategy(),
                decision.parts().stream()
                        .map(part -> new PlacedModel.Part(part.peer(), part.layers()))
                        .toList(),
                progress(decision),
                decision.context(),
                decision.concurrency(),
                failure.map(HeldShard::reason).orElse(decision.reason()));
    }

    private Optional<HeldShard> failure(Decision decision) {
        return decision.parts().stream()
                .flatMap(part -> held(decision, part).stream())
                .filter(shard -> shard.state() == HeldShard.State.FAILED)
                .findFirst();
    }

    private double progress(Decision decision) {
        double layers = decision.parts().stream()
                .mapToDouble(
                        part -> held(decision, part).map(HeldShard::progress).orElse(0.0)
                                * part.layers().size())
                .sum();
        return decision.isPlaced() ? Math.min(1, layers / decision.layers()) : 0;
    }
}
