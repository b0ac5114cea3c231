package dev.exoflux.web.api;

import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.pipeline.placement.format.TopologyFormat;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.SentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A cluster as a stream of events: what {@code GET /api/topology} and {@code GET /api/placements} say, whenever that changes. */
final class ClusterEvents {

    /** Whoever is slower than the changes skips some: no more than this many of each kind wait for him. */
    private static final int WAITING = 1;

    private ClusterEvents() {}

    /**
     * Events {@code topology} and {@code placements}, the state now first, and comments in between so that neither side takes
     * a quiet cluster for a lost connection. Completes when this peer leaves the cluster. Cancel and errors pass through;
     * discarded events hold nothing.
     *
     * @param heartbeat between two comments
     */
    static Flux<SentEvent> of(Cluster cluster, Duration heartbeat) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> over = Sinks.empty();
            Flux<SentEvent> changes = Flux.merge(WAITING, topologies(cluster), placements(cluster))
                    .doOnTerminate(over::tryEmitEmpty);
            Flux<SentEvent> comments = Flux.interval(heartbeat)
                    .onBackpressureDrop()
                    .map(beat -> SentEvent.comment())
                    .takeUntilOther(over.asMono());
            return Flux.merge(WAITING, changes, comments);
        });
    }

    private static Flux<SentEvent> topologies(Cluster cluster) {
        return cluster.topologies()
                .distinctUntilChanged()
                .publishOn(Schedulers.parallel(), WAITING) // the cluster's own thread does not write JSON
                .map(topology -> SentEvent.named(
                        "topology", TopologyFormat.JSON.write(topology).strip().getBytes(StandardCharsets.UTF_8)));
    }

    private static Flux<SentEvent> placements(Cluster cluster) {
        return cluster.placementChanges()
                .distinctUntilChanged()
                .publishOn(Schedulers.parallel(), WAITING)
                .map(placed -> SentEvent.named("placements", Json.bytes(PlacementView.of(placed))));
    }
}
