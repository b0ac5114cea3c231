package dev.exoflux.pipeline;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** A ring in this process on which every crossing takes some time, as on a network. Owns its stages. */
final class DelayedMesh implements Mesh {

    private final List<HostedShard> shards = new ArrayList<>();
    private final Duration delay;

    DelayedMesh(ModelDirectory model, int stages, CpuBackend backend, Duration delay) {
        this.delay = delay;
        for (Shard shard : Planner.tile(model.config().layers(), stages)) {
            shards.add(HostedShard.loadCold(model, shard, backend));
        }
    }

    @Override
    public int stages() {
        return shards.size();
    }

    @Override
    public long cacheBytes() {
        return shards.stream().mapToLong(shard -> shard.stage().cacheBytes()).sum();
    }

    @Override
    public Flux<StageMessage> ring(Flux<StageMessage> entry) {
        Flux<StageMessage> messages = entry;
        for (HostedShard shard : shards) {
            messages = shard.stage().process(messages).delaySequence(delay);
        }
        return messages;
    }

    @Override
    public void close() {
        shards.forEach(HostedShard::close);
    }
}
