package dev.exoflux.web.api;

import dev.exoflux.mesh.cluster.PlacedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** A deployed model in the answers of {@code GET /api/placements} and {@code POST /api/deployments}. */
@JsonNaming(LowerCamelCaseStrategy.class)
record PlacementView(
        String model,
        String state,
        String strategy,
        List<Shard> shards,
        long epoch,
        double progress,
        int context,
        int concurrency,
        @Nullable String reason) {

    record Shard(String peer, int from, int to) {}

    static PlacementView of(PlacedModel placed) {
        return new PlacementView(
                placed.model(),
                placed.state().spelling(),
                placed.strategy().spelling(),
                placed.shards().stream()
                        .map(part -> new Shard(
                                part.peer(), part.layers().from(), part.layers().to()))
                        .toList(),
                placed.epoch(),
                placed.progress(),
                placed.context(),
                placed.concurrency(),
                placed.reason().isEmpty() ? null : placed.reason());
    }

    static List<PlacementView> of(List<PlacedModel> placed) {
        return placed.stream().map(PlacementView::of).toList();
    }
}
