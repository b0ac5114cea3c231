package dev.exoflux.web.openai;

import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.web.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code GET /v1/models} and {@code GET /v1/models/ID}. */
final class ModelsHandler {

    private final ServedModels models;
    private final Instant since;

    /** @param since when the models were put on offer */
    ModelsHandler(ServedModels models, Instant since) {
        this.models = models;
        this.since = since;
    }

    private record Model(String id, String object, long created, String ownedBy, int contextLength, String status) {}

    private record Models(String object, List<Model> data) {}

    Mono<ServerResponse> list(ServerRequest request) {
        return Json.ok(
                new Models("list", models.all().stream().map(this::described).toList()));
    }

    /** An id may hold a slash, and a client may send it encoded or not. */
    Mono<ServerResponse> one(ServerRequest request) {
        String id = request.pathVariable("id").substring(1);
        return Json.ok(described(models.require(id)));
    }

    private Model described(ServedModel model) {
        int slash = model.id().indexOf('/');
        return new Model(
                model.id(),
                "model",
                since.getEpochSecond(),
                slash < 0 ? "local" : model.id().substring(0, slash),
                model.contextLength(),
                model.state().name().toLowerCase(Locale.ROOT));
    }
}
