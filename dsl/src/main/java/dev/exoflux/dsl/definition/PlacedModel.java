package dev.exoflux.dsl.definition;

import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A model and where it runs.
 *
 * @param model its id, such as {@code org/name}
 * @param stages on how many peers, or {@link #AUTOMATIC}, the default, for as many as the planner finds best
 * @param strategy how it is split; {@link Strategy#AUTO} by default
 * @param on peers, by name or label, that it may run on; empty, the default, for any
 */
public record PlacedModel(String model, int stages, Strategy strategy, List<String> on) {

    /** Chosen by the planner. */
    public static final int AUTOMATIC = 0;

    /** Most stages that may be asked for. */
    public static final int MOST_STAGES = 1024;

    /** Most peers that may be named. */
    public static final int MOST_PEERS = 256;

    /** What a model's id looks like. */
    public static final Pattern ID =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127})?");

    /** What the name or label of a peer looks like. */
    public static final Pattern PEER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:=-]{0,127}");

    public PlacedModel {
        requireId("model", model);
        Bounds.withinOr(AUTOMATIC, "stages", stages, MOST_STAGES);
        on = requirePeers(on);
    }

    /** A model that may run anywhere. */
    public static PlacedModel anywhere(String model) {
        return new PlacedModel(model, AUTOMATIC, Strategy.AUTO, List.of());
    }

    /** The same model on so many peers. */
    public PlacedModel withStages(int stages) {
        return new PlacedModel(model, stages, strategy, on);
    }

    /** The same model, split so. */
    public PlacedModel withStrategy(Strategy strategy) {
        return new PlacedModel(model, stages, strategy, on);
    }

    /** The same model on these peers only. */
    public PlacedModel withPeers(List<String> on) {
        return new PlacedModel(model, stages, strategy, on);
    }

    static void requireId(String key, String model) {
        Bounds.matching(
                ID, key, model, "model's id", "Maybe name a model as it is listed by `models`, such as exoflux/tiny.");
    }

    static List<String> requirePeers(List<String> on) {
        on.forEach(peer ->
                Bounds.matching(PEER, "on", peer, "name or label", "Maybe name a peer or a label, such as studio-1."));
        return Bounds.counted("on", on, 0, MOST_PEERS);
    }
}
