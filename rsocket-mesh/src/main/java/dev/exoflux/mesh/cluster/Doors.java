package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.wire.StageHost;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Stage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What others may ask this peer for; nothing until it is {@linkplain #open open}, since its port is open before it. */
final class Doors implements StageHost {

    private volatile @Nullable Shards shards;
    private volatile @Nullable Heads heads;

    void open(Shards held, Heads batchers) {
        shards = held;
        heads = batchers;
    }

    @Override
    public @Nullable Stage stage(String ring, long epoch, int stage) {
        Shards held = shards;
        return held == null ? null : held.stage(ring, epoch, stage);
    }

    Map<String, BatcherMetrics> batchers() {
        Heads batchers = heads;
        return batchers == null ? Map.of() : batchers.metrics();
    }

    @Nullable
    Answers answers(String model) {
        Heads batchers = heads;
        return batchers == null ? null : batchers.answers(model);
    }
}
