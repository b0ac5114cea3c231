package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.Shard;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.ModelStage;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.placement.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Peers in this process that share the built-in model, a stage each, and meet over loopback. The first is the entry. What they
 * held is checked to be free when this is closed.
 */
final class TestPeers implements AutoCloseable {

    static final String RING = "exoflux/tiny";
    static final long EPOCH = 7;
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Path HOME = Path.of("target/exoflux-home");

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.VECTOR);
    private final List<ModelStage> stages = new ArrayList<>();
    private final List<HopEndpoint> endpoints = new ArrayList<>();

    /** @param tls null for an open cluster */
    TestPeers(int count, WireSettings settings, @Nullable ClusterTls tls) {
        ModelDirectory model = new ModelRepository(HOME, HOME).resolve(RING);
        List<Shard> shards = Planner.tile(model.config().layers(), count);
        for (Shard shard : shards) {
            String name = "exoflux-stage-" + stages.size();
            stages.add(new ModelStage(name, Architectures.load(model, shard, backend), backend));
        }
        for (int i = 0; i < count; i++) {
            endpoints.add(HopEndpoint.bind("127.0.0.1", 0, host(i), settings, tls));
        }
    }

    private StageHost host(int own) {
        return (ring, epoch, stage) -> ring.equals(RING) && epoch == EPOCH && stage == own ? stage(own) : null;
    }

    Stage stage(int index) {
        return stages.get(index);
    }

    List<ModelStage> stages() {
        return stages;
    }

    HopEndpoint endpoint(int index) {
        return endpoints.get(index);
    }

    /** The ring of all peers. */
    Ring ring() {
        return ring(UnaryOperator.identity());
    }

    /** The ring, where a peer finds another at {@code through} its address. */
    Ring ring(UnaryOperator<PeerAddress> through) {
        List<Ring.Stop> stops = new ArrayList<>();
        stops.add(new Ring.Here(stage(0)));
        for (int i = 1; i < endpoints.size(); i++) {
            stops.add(new Ring.There(through.apply(endpoint(i).address())));
        }
        return new Ring(RING, EPOCH, through.apply(endpoint(0).address()), stops);
    }

    RSocketMesh mesh() {
        return mesh(ring());
    }

    RSocketMesh mesh(Ring ring) {
        return new RSocketMesh(endpoint(0), ring, stages.getFirst()::cacheBytes, () -> {});
    }

    /** Messages that have gone from one peer to another. */
    long crossings() {
        return endpoints.stream()
                .mapToLong(endpoint -> endpoint.metrics().received())
                .sum();
    }

    /** Until no stage holds a cache. */
    void awaitFree() {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(stages).extracting(ModelStage::cacheBytes).containsOnly(0L));
    }

    @Override
    public void close() {
        endpoints.forEach(HopEndpoint::close);
        awaitFree();
        stages.forEach(ModelStage::close);
        assertThat(backend.residentBytes()).as("bytes of weights and caches").isZero();
        backend.close();
    }
}
