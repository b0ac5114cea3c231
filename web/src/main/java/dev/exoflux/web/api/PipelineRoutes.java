package dev.exoflux.web.api;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.web.http.BoundedBody;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.Routes;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code /api/pipelines}: what is deployed, and how that is changed. */
public final class PipelineRoutes {

    private static final MediaType YAML = MediaType.parseMediaType("application/yaml");

    private static final BoundedBody BODY =
            new BoundedBody(PipelineYaml.MOST_BYTES, "Maybe it is no pipeline: they have a few lines.");

    private final PipelinePeer peer;

    private PipelineRoutes(PipelinePeer peer) {
        this.peer = peer;
    }

    /** All of them. */
    public static RouterFunction<ServerResponse> of(PipelinePeer peer) {
        PipelineRoutes routes = new PipelineRoutes(peer);
        return new Routes()
                .get("/api/pipelines", routes::list)
                .post("/api/pipelines", routes::deploy)
                .get("/api/pipelines/{name}", routes::text)
                .delete("/api/pipelines/{name}", routes::remove)
                .build();
    }

    private Mono<ServerResponse> list(ServerRequest request) {
        return Json.ok(peer.pipelines().stream().map(PipelineView::of).toList());
    }

    /** The file of one pipeline or several, as it lies on a disk: all are deployed, or none. */
    private Mono<ServerResponse> deploy(ServerRequest request) {
        return body(request)
                .publishOn(Schedulers.parallel())
                .map(yaml -> PipelineYaml.check("pipeline", yaml, names()).orThrow())
                .flatMap(pipelines -> peer.deploy(pipelines).thenReturn(pipelines))
                .flatMap(pipelines -> ServerResponse.status(HttpStatus.CREATED)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(Json.bytes(
                                pipelines.stream().map(PipelineView::of).toList())));
    }

    /** As files have it. */
    private Mono<ServerResponse> text(ServerRequest request) {
        PipelineDefinition pipeline = peer.pipeline(request.pathVariable("name"));
        return ServerResponse.ok().contentType(YAML).bodyValue(PipelineYaml.write(List.of(pipeline)));
    }

    private Set<String> names() {
        return peer.pipelines().stream().map(PipelineDefinition::name).collect(Collectors.toSet());
    }

    private static Mono<byte[]> body(ServerRequest request) {
        return BODY.bytes(request)
                .switchIfEmpty(Mono.error(() ->
                        ExofluxException.invalid("pipeline", "The body is empty; it must be the YAML of a pipeline.")));
    }

    private Mono<ServerResponse> remove(ServerRequest request) {
        return peer.remove(request.pathVariable("name"))
                .then(ServerResponse.noContent().build());
    }

    /**
     * A deployed pipeline.
     *
     * @param name as which it is asked for
     * @param body its kind, as files spell it
     * @param models it may ask
     */
    record PipelineView(String name, String body, List<String> models) {

        static PipelineView of(PipelineDefinition pipeline) {
            return new PipelineView(pipeline.name(), PipelinePeer.kind(pipeline), PipelinePeer.models(pipeline));
        }
    }
}
