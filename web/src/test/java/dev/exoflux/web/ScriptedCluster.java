package dev.exoflux.web;

import dev.exoflux.mesh.cluster.Batchers;
import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.mesh.cluster.Deployment;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A cluster whose state a test writes, for what HTTP makes of it: its shapes, its errors, its readers that are slow. */
final class ScriptedCluster implements Cluster {

    private final Queue<Deployment> deployments = new ConcurrentLinkedQueue<>();
    private final Queue<String> undeployed = new ConcurrentLinkedQueue<>();
    private volatile Sinks.Many<Topology> topologies = Sinks.many().replay().latest();
    private volatile Sinks.Many<List<PlacedModel>> placements =
            Sinks.many().replay().latest();
    private volatile Topology topology = Topology.EMPTY;
    private volatile List<PlacedModel> placed = List.of();
    private volatile Function<Deployment, Mono<PlacedModel>> answer = ignored -> Mono.empty();

    ScriptedCluster() {
        reset();
    }

    /** Two peers that hold a model between them. */
    void reset() {
        deployments.clear();
        undeployed.clear();
        topologies = Sinks.many().replay().latest();
        placements = Sinks.many().replay().latest();
        say(twoPeers(4096));
        place(List.of(placed(PlacedModel.State.READY, "")));
        answer = deployment -> Mono.just(placed(PlacedModel.State.PLACING, ""));
    }

    static Topology twoPeers(long free) {
        PeerInfo first = PeerInfo.builder("a1")
                .name("desk")
                .host("10.0.0.1")
                .httpPort(8080)
                .device("Apple M4")
                .cores(10)
                .backend("cpu-vector")
                .memoryFreeBytes(free)
                .memoryTotalBytes(8192)
                .weightBytesPerSecond(5e9)
                .gflops(120)
                .diskFreeBytes(7)
                .models(List.of(HeldModel.complete("exoflux/tiny", 3)))
                .shards(List.of(HeldShard.ready("exoflux/tiny", new LayerRange(0, 3))))
                .build();
        PeerInfo second = PeerInfo.builder("b2").name("shelf").build();
        Link link = new Link("a1", "b2", Link.Kind.ETHERNET, "10.0.0.2", 250.5, 1e9, null);
        return new Topology("a1", "b2", List.of(first, second), List.of(link));
    }

    static PlacedModel placed(PlacedModel.State state, String reason) {
        return new PlacedModel(
                "exoflux/tiny",
                3,
                state,
                Strategy.PIPELINE,
                List.of(
                        new PlacedModel.Part("a1", new LayerRange(0, 3)),
                        new PlacedModel.Part("b2", new LayerRange(3, 4))),
                0.5,
                2048,
                16,
                reason);
    }

    void say(Topology now) {
        topology = now;
        topologies.tryEmitNext(now).orThrow();
    }

    void place(List<PlacedModel> now) {
        placed = now;
        placements.tryEmitNext(now).orThrow();
    }

    void leave() {
        topologies.tryEmitComplete().orThrow();
        placements.tryEmitComplete().orThrow();
    }

    void answer(Mono<PlacedModel> to) {
        answer = ignored -> to;
    }

    List<Deployment> deployments() {
        return List.copyOf(deployments);
    }

    List<String> undeployed() {
        return List.copyOf(undeployed);
    }

    int readers() {
        return topologies.currentSubscriberCount() + placements.currentSubscriberCount();
    }

    @Override
    public Topology topology() {
        return topology;
    }

    @Override
    public Flux<Topology> topologies() {
        return topologies.asFlux().onBackpressureLatest();
    }

    @Override
    public List<PlacedModel> placements() {
        return placed;
    }

    @Override
    public Flux<List<PlacedModel>> placementChanges() {
        return placements.asFlux().onBackpressureLatest();
    }

    @Override
    public Mono<Batchers> allBatchers() {
        return Mono.just(new Batchers(Map.of(), Set.of("b2")));
    }

    @Override
    public Mono<Placement> plan(Deployment deployment) {
        return Mono.just(new Placement(
                Strategy.PIPELINE,
                List.of(
                        new Placement.Assignment("a1", new LayerRange(0, 3), 3000),
                        new Placement.Assignment("b2", new LayerRange(3, 4), 1000)),
                12.5,
                List.of("Because."),
                Optional.empty()));
    }

    @Override
    public Mono<PlacedModel> deploy(Deployment deployment) {
        return Mono.defer(() -> {
            deployments.add(deployment);
            return answer.apply(deployment);
        });
    }

    @Override
    public Mono<Void> undeploy(String model) {
        return Mono.fromRunnable(() -> {
            if (!model.equals("exoflux/tiny")) {
                throw new ExofluxException(ErrorCode.MODEL_NOT_FOUND, model + " is not deployed.");
            }
            undeployed.add(model);
        });
    }

    @Override
    public Flux<Map<String, String>> pipelines() {
        return Flux.empty();
    }

    @Override
    public Mono<Void> keepPipeline(String name, String text) {
        return Mono.error(new UnsupportedOperationException(name));
    }

    @Override
    public Mono<Void> forgetPipeline(String name) {
        return Mono.error(new UnsupportedOperationException(name));
    }
}
