package dev.exoflux.pipeline.placement;

import dev.exoflux.model.LayerRange;
import java.util.List;
import java.util.Optional;

/**
 * Which part of a model goes to which peer.
 *
 * @param strategy never {@link Strategy#AUTO}
 * @param shards in the order in which activations pass them, or by rank; the last one's result goes home to the first
 * @param tokensPerSecond predicted for one sequence alone
 * @param why a few sentences for the user
 * @param group of a {@link Strategy#TENSOR} placement
 */
public record Placement(
        Strategy strategy,
        List<Assignment> shards,
        double tokensPerSecond,
        List<String> why,
        Optional<TensorGroup> group) {

    /**
     * One peer's part.
     *
     * @param layers all of them, in a tensor group
     * @param memoryBytes that its weights and the promised caches take there
     */
    public record Assignment(String peer, LayerRange layers, long memoryBytes) {}

    public Placement {
        shards = List.copyOf(shards);
        why = List.copyOf(why);
    }

    /** Ids of the peers, in order. */
    public List<String> ring() {
        return shards.stream().map(Assignment::peer).toList();
    }
}
