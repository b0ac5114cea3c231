package dev.exoflux.web;

import dev.exoflux.pipeline.ServedModel;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.test.json.JsonCompareMode;

/** {@code /v1/models}, {@code /health} and {@code /ready}. */
final class ModelsAndHealthTest {

    private static final String SCRIPTED = """
            {"id": "exoflux/scripted", "object": "model", "created": 1700000000, "owned_by": "exoflux",
             "context_length": 2048, "status": "ready"}""";

    private final TestServer server = TestServer.scripted();

    @Test
    void listsTheModels() {
        get("/v1/models", 200, "{\"object\": \"list\", \"data\": [" + SCRIPTED + "]}");
    }

    @Test
    void describesOneWhoseIdHoldsASlash() {
        get("/v1/models/exoflux/scripted", 200, SCRIPTED);
        server.client()
                .get()
                .uri(URI.create("http://127.0.0.1:%d/v1/models/exoflux%%2Fscripted".formatted(server.port())))
                .exchange()
                .expectBody()
                .json(SCRIPTED, JsonCompareMode.STRICT);
    }

    @Test
    void knowsNoOther() {
        get("/v1/models/gpt-5", 404, """
                {"error": {"message": "There is no model gpt-5.", "type": "invalid_request_error", "param": "model",
                           "code": "model_not_found"}}""");
    }

    @Test
    void isReadyWhenItsModelsAre() {
        get("/health", 200, "{\"status\": \"ok\", \"server\": \"exoflux\"}");
        get("/ready", 200, "{\"status\": \"ready\", \"models\": {\"exoflux/scripted\": \"ready\"}}");
    }

    @Test
    void answersHeadWithoutABody() {
        server.client()
                .head()
                .uri("/health")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .isEmpty();
    }

    @Test
    void isAliveButNotReadyWhileAModelLoads() {
        server.peer()
                .serve(
                        new ScriptedPeer.ScriptedModel("a", ServedModel.State.READY),
                        new ScriptedPeer.ScriptedModel("b", ServedModel.State.LOADING));
        get("/health", 200, "{\"status\": \"ok\", \"server\": \"exoflux\"}");
        get("/ready", 503, "{\"status\": \"loading\", \"models\": {\"a\": \"ready\", \"b\": \"loading\"}}");
        server.get("/ready").expectHeader().valueEquals("Retry-After", "1");
        server.get("/v1/models").expectStatus().isOk();
    }

    @Test
    void isReadyWithoutWhatOthersAreLoading() {
        server.peer()
                .offer(
                        new ScriptedPeer.ScriptedModel("loading", ServedModel.State.LOADING),
                        new ScriptedPeer.ScriptedModel("available", ServedModel.State.AVAILABLE));
        get("/ready", 200, "{\"status\": \"ready\", \"models\": {\"exoflux/scripted\": \"ready\"}}");
        server.get("/v1/models")
                .expectBody()
                .jsonPath("$.data[*].status")
                .isEqualTo(List.of("ready", "loading", "available"));
    }

    @Test
    void takesTheModelThatIsServedWhereARequestNamesNone() {
        String chat = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
        server.peer().offer(new ScriptedPeer.ScriptedModel("available", ServedModel.State.AVAILABLE));
        server.post("/v1/chat/completions", chat)
                .expectBody()
                .jsonPath("$.model")
                .isEqualTo("exoflux/scripted");
        server.peer().serve();
        server.post("/v1/chat/completions", chat).expectStatus().isBadRequest();
    }

    private void get(String path, int status, String expected) {
        server.get(path).expectStatus().isEqualTo(status).expectBody().json(expected, JsonCompareMode.STRICT);
    }
}
