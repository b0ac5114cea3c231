package dev.exoflux.mesh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.mesh.membership.ClusterSettings;
import dev.exoflux.mesh.membership.SpeedProbe;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.placement.Strategy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Peers in this process that meet over loopback, each with a data directory of its own. */
final class TestCluster implements AutoCloseable {

    static final String TINY = "exoflux/tiny";
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final String name = "test-" + UUID.randomUUID();
    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.VECTOR);
    private final List<ClusterPeer> peers = new ArrayList<>();
    private final int beacon;

    /** @param beacon a port of multicasts that no other test uses at the same time */
    TestCluster(Path directory, int beacon) {
        this.directory = directory;
        this.beacon = beacon;
    }

    /** A peer that has joined and whose models answer. */
    ClusterPeer start(String home, String... models) {
        ClusterPeer peer = join(home, models);
        peer.loaded().block(PATIENCE);
        return peer;
    }

    ClusterPeer join(String home, String... models) {
        return join(home, 0, models);
    }

    /** @param memoryBytes that it gives to models; 0 for what there is */
    ClusterPeer join(String home, long memoryBytes, String... models) {
        Path its = directory.resolve(home);
        ClusterPeerSettings settings = new ClusterPeerSettings(
                ClusterSettings.defaults()
                        .withCluster(name)
                        .withBind(InetAddress.getLoopbackAddress())
                        .withPort(0)
                        .withBeacon(new InetSocketAddress("239.192.38.71", beacon)),
                WireSettings.DEFAULTS,
                its,
                new ModelRepository(its, its),
                List.of(models),
                PipelineSettings.DEFAULTS,
                memoryBytes,
                () -> 0,
                List.of(),
                SpeedProbe.none());
        ClusterPeer peer = ClusterPeer.of(settings, backend);
        peers.add(peer);
        peer.load();
        return peer;
    }

    /** Three peers that see each other and the ways between them. */
    List<ClusterPeer> three() {
        return three(0);
    }

    /** The same, each of which gives models so much memory. */
    List<ClusterPeer> three(long memoryBytes) {
        List<ClusterPeer> three = List.of(join("a", memoryBytes), join("b", memoryBytes), join("c", memoryBytes));
        three.forEach(peer -> {
            peer.loaded().block(PATIENCE);
            peer.topologies()
                    .filter(topology ->
                            topology.peers().size() == 3 && topology.links().size() >= 6)
                    .blockFirst(PATIENCE);
        });
        return three;
    }

    void close(ClusterPeer peer) {
        peers.remove(peer);
        peer.close();
    }

    static Deployment stages(int count) {
        return new Deployment(TINY, Strategy.PIPELINE, count, 0, List.of(), 512, 4);
    }

    /** Waits until a peer sees the model stand so. */
    static PlacedModel await(ClusterPeer peer, String model, Predicate<PlacedModel> so) {
        PlacedModel placed = peer.placementChanges()
                .flatMap(all -> Flux.fromIterable(all), 1)
                .filter(it -> it.model().equals(model) && so.test(it))
                .blockFirst(PATIENCE);
        assertThat(placed).isNotNull();
        return placed;
    }

    static PlacedModel ready(ClusterPeer peer) {
        return await(peer, TINY, placed -> placed.state() == PlacedModel.State.READY);
    }

    static GenerationRequest request(String prompt, long seed, int tokens) {
        SamplingSettings sampling = seed == 0
                ? SamplingSettings.GREEDY
                : SamplingSettings.builder()
                        .temperature(1)
                        .seed(seed)
                        .topLogprobs(2)
                        .build();
        return new GenerationRequest(TINY, new Prompt.Text(prompt), sampling, tokens, List.of(), true, false);
    }

    /** Ids and log-probabilities of an answer, to be compared. */
    static Mono<List<String>> answer(ClusterPeer peer, GenerationRequest request) {
        return answer(peer, request, () -> {});
    }

    /** The same, with a look at something beside each token. */
    static Mono<List<String>> answer(ClusterPeer peer, GenerationRequest request, Runnable look) {
        return peer.generate(request)
                .map(TestCluster::told)
                .doOnNext(told -> look.run())
                .collectList();
    }

    private static String told(Token token) {
        return token.id() + " " + token.logprobs();
    }

    @Override
    public void close() {
        List.copyOf(peers).forEach(this::close);
        backend.close();
    }
}
