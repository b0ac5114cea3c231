package dev.exoflux.mesh.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.mesh.wire.FaultyLink;
import dev.exoflux.mesh.wire.HiddenFormat;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.RSocketMesh;
import dev.exoflux.mesh.wire.Ring;
import dev.exoflux.mesh.wire.StageHost;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.HostedShard;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Proposers;
import dev.exoflux.pipeline.RingAnswers;
import dev.exoflux.pipeline.Rings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Peers in this process that each hold the whole built-in model and have a batcher of it, and an entry that has nothing. What
 * they held is checked to be free when this is closed.
 */
final class Heads implements AutoCloseable {

    static final String MODEL = "exoflux/tiny";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int CONTEXT = 512;
    private static final Path HOME = Path.of("target/exoflux-home");
    private static final WireSettings QUICK = new WireSettings(
            HiddenFormat.F32, 1 << 20, Duration.ofMillis(250), Duration.ofSeconds(2), Duration.ofSeconds(3));

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.BEST);
    private final List<Head> heads = new ArrayList<>();
    private final HopEndpoint entry = HopEndpoint.bind("127.0.0.1", 0, StageHost.NONE, QUICK, null);

    Heads(int count) throws IOException {
        ModelDirectory model = new ModelRepository(HOME, HOME).resolve(MODEL);
        for (int i = 0; i < count; i++) {
            heads.add(
                    new Head(HostedShard.load(model, Shard.whole(model.config().layers()), backend)));
        }
    }

    /** A peer with a batcher. */
    static final class Head {

        private final HostedShard shard;
        private final RingAnswers answers;
        private final HopEndpoint endpoint;
        private final FaultyLink link;

        private Head(HostedShard shard) throws IOException {
            PipelineSettings settings = new PipelineSettings(
                    1, CONTEXT, 16, 64, 64, 0, PipelineSettings.AUTOMATIC_BYTES, Duration.ofSeconds(5), PATIENCE);
            this.shard = shard;
            this.endpoint = HopEndpoint.bind(
                    "127.0.0.1",
                    0,
                    StageHost.NONE,
                    Map.of(StreamKind.ANSWERS, new AnswerService(model -> model.equals(MODEL) ? answers() : null)),
                    QUICK,
                    null);
            Ring ring = new Ring(MODEL, 1, endpoint.address(), List.of(new Ring.Here(shard.stage())));
            RSocketMesh mesh = new RSocketMesh(endpoint, ring, shard::cacheBytes, () -> {});
            this.answers = RingAnswers.of(Rings.of(mesh), settings, 16, 1, 16, Proposers.WITHOUT_MODELS);
            this.link = new FaultyLink(endpoint.address());
        }

        RingAnswers answers() {
            return answers;
        }

        /** The way there; once closed, the peer is gone. */
        FaultyLink link() {
            return link;
        }

        BatcherMetrics metrics() {
            return answers.metrics();
        }

        private void close() {
            answers.shutdown(Duration.ZERO).block(PATIENCE);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shard.cacheBytes()).isZero());
            link.close();
            endpoint.close();
            shard.close();
        }
    }

    Head get(int index) {
        return heads.get(index);
    }

    /** As the entry sees it. */
    RemoteAnswers from(int index) {
        return new RemoteAnswers(entry, get(index).link().address(), MODEL);
    }

    HopEndpoint entry() {
        return entry;
    }

    @Override
    public void close() {
        heads.forEach(Head::close);
        entry.close();
        assertThat(backend.residentBytes()).as("bytes of weights and caches").isZero();
        backend.close();
    }
}
