package dev.exoflux.web.api;

import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.mesh.cluster.Batchers;
import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.Routes;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code GET /api/flow}: what goes on in the batchers of the cluster and in the pipelines of this peer; {@code ?own=true} asks no other. */
public final class FlowRoutes {

    private FlowRoutes() {}

    /**
     * All of them.
     *
     * @param cluster gives null where there is none
     */
    public static RouterFunction<ServerResponse> of(PipelinePeer peer, Supplier<@Nullable Cluster> cluster) {
        return new Routes()
                .get("/api/flow", request -> {
                    Cluster here = cluster.get();
                    Batchers own = new Batchers(peer.batchers(), Set.of());
                    List<PlacedModel> placements = here == null ? List.of() : here.placements();
                    boolean alone = here == null || own(request);
                    return (alone ? Mono.just(own) : here.allBatchers().onErrorReturn(ExofluxException.class, own))
                            .flatMap(batchers -> Json.ok(FlowView.of(batchers, peer.gates(), placements)));
                })
                .build();
    }

    /** @throws ExofluxException INVALID_REQUEST */
    private static boolean own(ServerRequest request) {
        String own = request.queryParam("own").orElse("false");
        if (!own.equals("true") && !own.equals("false")) {
            throw ExofluxException.invalid("own", "own is '%s'; it has to be true or false.".formatted(own));
        }
        return own.equals("true");
    }
}
