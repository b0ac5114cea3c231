package dev.exoflux.web.api;

import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.format.PlacementJson;
import dev.exoflux.pipeline.placement.format.TopologyFormat;
import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.JsonBody;
import dev.exoflux.web.http.Routes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** The cluster's endpoints. Where this peer is in no cluster each of them answers with 404 and why. */
public final class ClusterRoutes {

    /** All paths, as patterns. */
    public static final List<String> PATHS = List.of("/api/**");

    private final Supplier<@Nullable Cluster> cluster;
    private final JsonBody body;
    private final EventStream stream;
    private final Duration heartbeat;

    private ClusterRoutes(Supplier<@Nullable Cluster> cluster, JsonBody body, EventStream stream, Duration heartbeat) {
        this.cluster = cluster;
        this.body = body;
        this.stream = stream;
        this.heartbeat = heartbeat;
    }

    /**
     * All of them.
     *
     * @param cluster gives null where there is none
     * @param heartbeat between two comments on a stream of events
     */
    public static RouterFunction<ServerResponse> of(
            Supplier<@Nullable Cluster> cluster, JsonBody body, EventStream stream, Duration heartbeat) {
        ClusterRoutes routes = new ClusterRoutes(cluster, body, stream, heartbeat);
        return new Routes()
                .get("/api/peers", routes::peers)
                .get("/api/topology", routes::topology)
                .get("/api/placements", routes::placements)
                .get("/api/events", routes::events)
                .post("/api/deployments", routes::deploy)
                .delete("/api/deployments/{*model}", routes::undeploy)
                .build();
    }

    private Mono<ServerResponse> peers(ServerRequest request) {
        return Json.ok(PeersView.of(cluster().topology()));
    }

    private Mono<ServerResponse> topology(ServerRequest request) {
        TopologyFormat format = format(request.queryParam("format").orElse("json"));
        return ServerResponse.ok()
                .contentType(
                        switch (format) {
                            case JSON -> MediaType.APPLICATION_JSON;
                            case GRAPHML -> MediaType.APPLICATION_XML;
                            case TEXT, DOT -> MediaType.parseMediaType("text/plain;charset=UTF-8");
                        })
                .bodyValue(format.write(cluster().topology()));
    }

    private static TopologyFormat format(String spelling) {
        return TopologyFormat.of(spelling)
                .orElseThrow(() -> ExofluxException.invalid(
                        "format",
                        "format is '%s'; it must be one of %s."
                                .formatted(
                                        spelling,
                                        Arrays.stream(TopologyFormat.values())
                                                .map(TopologyFormat::spelling)
                                                .collect(Collectors.joining(", ")))));
    }

    private Mono<ServerResponse> placements(ServerRequest request) {
        return Json.ok(PlacementView.of(cluster().placements()));
    }

    private Mono<ServerResponse> events(ServerRequest request) {
        return stream.named(ClusterEvents.of(cluster(), heartbeat));
    }

    private Mono<ServerResponse> deploy(ServerRequest request) {
        Cluster here = cluster();
        return body.read(request, DeploymentRequest::read)
                .flatMap(wish -> wish.dryRun()
                        ? here.plan(wish.deployment()).map(PlacementJson::of).flatMap(ClusterRoutes::planned)
                        : here.deploy(wish.deployment()).flatMap(ClusterRoutes::deployed));
    }

    private static Mono<ServerResponse> planned(String json) {
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(json);
    }

    /** 202 while there is something to wait for. */
    private static Mono<ServerResponse> deployed(PlacedModel placed) {
        HttpStatus status = switch (placed.state()) {
            case PLACING, WAITING -> HttpStatus.ACCEPTED;
            case READY, FAILED -> HttpStatus.OK;
        };
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Json.bytes(PlacementView.of(placed)));
    }

    /** A name may hold a slash, and a client may send it encoded or not. */
    private Mono<ServerResponse> undeploy(ServerRequest request) {
        String path = request.pathVariable("model");
        String model = path.isEmpty() ? "" : path.substring(1);
        if (model.isBlank()) {
            throw ExofluxException.invalid(
                    "model", "The path names no model.\nMaybe DELETE /api/deployments/exoflux/tiny.");
        }
        return cluster().undeploy(model).then(ServerResponse.noContent().build());
    }

    private Cluster cluster() {
        Cluster here = cluster.get();
        if (here == null) {
            throw new ResponseStatusException(
                    HttpStatus.NOT_FOUND,
                    "This server is in no cluster.\nMaybe it was started with --alone; without it, `exoflux serve` joins one.");
        }
        return here;
    }
}
