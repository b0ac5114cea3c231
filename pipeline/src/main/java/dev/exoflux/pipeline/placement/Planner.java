package dev.exoflux.pipeline.placement;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import java.util.ArrayList;
import java.util.List;

/** Cuts a model into shards. */
public final class Planner {

    private Planner() {}

    /**
     * Tiles the layers of a model evenly over stages: no gap, no overlap, nobody empty, sizes that differ by one at most.
     * The longer ones come first, because the last stage has the head to compute as well.
     *
     * @param layers decoder layers of the model
     * @return one shard a stage, in the order the activations pass through them
     * @throws ExofluxException INVALID_CONFIGURATION for no stage at all, or more stages than layers
     */
    public static List<Shard> tile(int layers, int stages) {
        if (stages < 1 || stages > layers) {
            throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, """
                    %d layers cannot be cut into %d stages.
                    Maybe choose between 1 and %d stages.""".formatted(layers, stages, layers));
        }
        int each = layers / stages;
        int longer = layers % stages;
        List<Shard> shards = new ArrayList<>(stages);
        int from = 0;
        for (int stage = 0; stage < stages; stage++) {
            int to = from + each + (stage < longer ? 1 : 0);
            shards.add(new Shard(new LayerRange(from, to), layers));
            from = to;
        }
        return List.copyOf(shards);
    }
}
