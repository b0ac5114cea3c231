package dev.exoflux.web.api;

import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.Routes;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** {@code GET /api/flow}: what goes on in the batchers and pipelines of this peer. */
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
                    return Json.ok(
                            FlowView.of(peer.batchers(), peer.gates(), here == null ? List.of() : here.placements()));
                })
                .build();
    }
}
