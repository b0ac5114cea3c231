package dev.exoflux.mesh.cluster;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.Objects;

/**
 * What a user asks for: this model, on the peers of the cluster.
 *
 * @param model its name; each model is deployed once
 * @param stages peers exactly; 0 where that is left open
 * @param minPeers peers at least; 0 where that is left open
 * @param peers the ones that are to be used, each by id, name or label, for as long as they are there; empty for any
 * @param context positions promised to each answer; 0 for the model's, at most 8192
 * @param concurrency answers of that length promised memory at once; 0 for what the memory of the peers allows, at most 16
 * @param on ids, names or labels of peers: it never runs on others, also when these are lost; empty for any
 */
public record Deployment(
        String model,
        Strategy strategy,
        int stages,
        int minPeers,
        List<String> peers,
        int context,
        int concurrency,
        List<String> on) {

    /** @throws ExofluxException INVALID_REQUEST for an empty name or a negative number */
    @SuppressWarnings("ConstantValue") // what an older peer wrote has no such list
    public Deployment {
        Objects.requireNonNull(strategy, "strategy");
        peers = List.copyOf(peers);
        on = on == null ? List.of() : List.copyOf(on);
        if (model.isBlank()) {
            throw ExofluxException.invalid("model", "model is empty.\nMaybe `exoflux models` lists what can be named.");
        }
        notNegative("stages", stages);
        notNegative("minPeers", minPeers);
        notNegative("context", context);
        notNegative("concurrency", concurrency);
    }

    /** A model that may run on any peer, if need be. */
    public Deployment(
            String model,
            Strategy strategy,
            int stages,
            int minPeers,
            List<String> peers,
            int context,
            int concurrency) {
        this(model, strategy, stages, minPeers, peers, context, concurrency, List.of());
    }

    /** A model wherever it is best placed. */
    public static Deployment of(String model) {
        return new Deployment(model, Strategy.AUTO, 0, 0, List.of(), 0, 0);
    }

    /** The same on as many peers as are there and may be used, whichever these are. */
    Deployment onAnyNumber() {
        return new Deployment(model, strategy, 0, 0, List.of(), context, concurrency, on);
    }

    private static void notNegative(String name, int value) {
        if (value < 0) {
            throw ExofluxException.invalid(name, "%s is %d; it has to be at least 0.".formatted(name, value));
        }
    }
}
