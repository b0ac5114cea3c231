package dev.exoflux.web;

import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code GET /health}: the process lives. {@code GET /ready}: its models can be asked. */
final class HealthRoutes {

    private static final String SOON = "1";

    /** Of several, the first is told. */
    private static final List<ServedModel.State> UNREADY =
            List.of(ServedModel.State.FAILED, ServedModel.State.WAITING, ServedModel.State.LOADING);

    private final ServedModels models;

    private HealthRoutes(ServedModels models) {
        this.models = models;
    }

    static RouterFunction<ServerResponse> of(ServedModels models) {
        HealthRoutes routes = new HealthRoutes(models);
        return new Routes()
                .get("/health", routes::health)
                .get("/ready", routes::ready)
                .build();
    }

    private record Health(String status, String server) {}

    private record Readiness(String status, Map<String, String> models) {}

    private Mono<ServerResponse> health(ServerRequest request) {
        return Json.ok(new Health("ok", "exoflux"));
    }

    private Mono<ServerResponse> ready(ServerRequest request) {
        Map<String, String> states = new LinkedHashMap<>();
        for (ServedModel model : models.own()) {
            states.put(model.id(), word(model.state()));
        }
        for (ServedModel.State state : UNREADY) {
            if (states.containsValue(word(state))) {
                return ServerResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
                        .contentType(MediaType.APPLICATION_JSON)
                        .header(HttpHeaders.RETRY_AFTER, SOON)
                        .bodyValue(Json.bytes(new Readiness(word(state), states)));
            }
        }
        return Json.ok(new Readiness(word(ServedModel.State.READY), states));
    }

    private static String word(ServedModel.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
