package dev.exoflux.mesh.cluster;

import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.Locale;

/**
 * A deployed model and where it is.
 *
 * @param epoch rises with each placement of the model
 * @param strategy never {@link Strategy#AUTO}, but while it is {@link State#WAITING} for the first placement
 * @param shards in the order activations pass them; empty while it waits
 * @param progress from 0 to 1: how much of its weights is loaded
 * @param context positions promised to each answer
 * @param concurrency answers of that length promised memory at once
 * @param reason why it waits or failed, for the user; empty otherwise
 */
public record PlacedModel(
        String model,
        long epoch,
        State state,
        Strategy strategy,
        List<Part> shards,
        double progress,
        int context,
        int concurrency,
        String reason) {

    /** How far a deployment has come. */
    public enum State {
        /** Its peers are loading it. */
        PLACING,
        /** It answers. */
        READY,
        /** It cannot be placed on the peers that are there, and will be once it can. */
        WAITING,
        /** It cannot be loaded; nothing changes that but another deployment. */
        FAILED;

        /** As answers spell it. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One peer's part. */
    public record Part(String peer, LayerRange layers) {}

    public PlacedModel {
        shards = List.copyOf(shards);
    }
}
