package dev.exoflux.mesh.cluster;

import dev.exoflux.pipeline.BatcherMetrics;
import java.util.Map;
import java.util.Set;

/**
 * What the batchers of a cluster are at.
 *
 * @param byModel of each model whose head has answered; without the live sequences, where that is another peer
 * @param silent ids of heads that were asked, and have not answered in time
 */
public record Batchers(Map<String, BatcherMetrics> byModel, Set<String> silent) {

    public Batchers {
        byModel = Map.copyOf(byModel);
        silent = Set.copyOf(silent);
    }
}
