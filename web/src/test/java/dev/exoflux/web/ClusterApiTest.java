package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.cluster.Deployment;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Strategy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

/** {@code /api}: the shapes of what it tells, and the orders it takes. */
final class ClusterApiTest {

    private static final String PLACED = """
            {"model": "exoflux/tiny", "state": "ready", "strategy": "pipeline",
             "shards": [{"peer": "a1", "from": 0, "to": 3}, {"peer": "b2", "from": 3, "to": 4}],
             "epoch": 3, "progress": 0.5, "context": 2048, "concurrency": 16}""";

    private final TestServer server = TestServer.scripted();

    @Test
    void tellsWhoIsThere() {
        get("/api/peers").json("""
                {"self": "a1", "coordinator": "b2", "peers": [
                  {"id": "a1", "name": "desk", "host": "10.0.0.1", "httpPort": 8080, "device": "Apple M4", "cores": 10,
                   "backend": "cpu-vector", "memoryFreeBytes": 4096, "memoryTotalBytes": 8192, "weightBytesPerSecond": 5e9,
                   "gflops": 120.0, "diskFreeBytes": 7, "leaving": false, "labels": [], "models": ["exoflux/tiny"],
                   "shards": [{"model": "exoflux/tiny", "from": 0, "to": 3, "state": "ready", "progress": 1.0, "memoryBytes": 0}],
                   "links": [{"to": "b2", "kind": "ethernet", "address": "10.0.0.2", "roundTripMicros": 250.5,
                              "bytesPerSecond": 1e9}]},
                  {"id": "b2", "name": "shelf", "host": "", "httpPort": 0, "device": "", "cores": 0, "backend": "",
                   "memoryFreeBytes": 0, "memoryTotalBytes": 0, "weightBytesPerSecond": 0.0, "gflops": 0.0, "diskFreeBytes": 0,
                   "leaving": false, "labels": [], "models": [], "shards": [], "links": []}]}""", JsonCompareMode.STRICT);
    }

    @Test
    void tellsTheTopologyAsAGraph() {
        get("/api/topology")
                .jsonPath("$.nodes[0].id")
                .isEqualTo("a1")
                .jsonPath("$.edges[0].target")
                .isEqualTo("b2")
                .jsonPath("$.graph.coordinator")
                .isEqualTo("b2");
    }

    @ParameterizedTest
    @CsvSource({"text,PEER", "dot,digraph", "graphml,<graphml", "json,nodes"})
    void tellsTheTopologyInOtherForms(String format, String holds) {
        get("/api/topology?format=" + format)
                .consumeWith(result -> assertThat(new String(result.getResponseBody(), StandardCharsets.UTF_8))
                        .contains(holds));
        refuses("/api/topology?format=svg", "'svg'");
    }

    private void refuses(String path, String said) {
        server.get(path)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.message")
                .value(String.class, message -> assertThat(message).contains(said));
    }

    @Test
    void tellsWhatIsPlacedWhere() {
        get("/api/placements").json("[" + PLACED + "]", JsonCompareMode.STRICT);
        server.cluster().place(List.of(ScriptedCluster.placed(PlacedModel.State.WAITING, "b2 is gone.")));
        get("/api/placements").jsonPath("$[0].reason").isEqualTo("b2 is gone.");
    }

    @Test
    void deploysAsItIsTold() {
        server.post("/api/deployments", """
                        {"model": "exoflux/tiny", "strategy": "pipeline", "stages": 2, "minPeers": 1, "peers": ["desk", "b2"],
                         "context": 512, "concurrency": 4, "on": ["attic"], "dryRun": false}""")
                .expectStatus()
                .isAccepted()
                .expectBody()
                .json(PLACED.replace("ready", "placing"), JsonCompareMode.STRICT);
        assertThat(server.cluster().deployments())
                .containsExactly(new Deployment(
                        "exoflux/tiny", Strategy.PIPELINE, 2, 1, List.of("desk", "b2"), 512, 4, List.of("attic")));
    }

    @Test
    void leavesToTheClusterWhatIsNotSaid() {
        server.cluster().answer(Mono.just(ScriptedCluster.placed(PlacedModel.State.READY, "")));
        server.post("/api/deployments", "{\"model\": \"exoflux/tiny\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .json(PLACED, JsonCompareMode.STRICT);
        assertThat(server.cluster().deployments()).containsExactly(Deployment.of("exoflux/tiny"));
    }

    @Test
    void plansWithoutDeploying() {
        server.post("/api/deployments", "{\"model\": \"exoflux/tiny\", \"dryRun\": true}")
                .expectStatus()
                .isOk()
                .expectBody()
                .json("""
                        {"strategy": "pipeline", "ring": ["a1", "b2"], "layers": {"a1": 3, "b2": 1},
                         "memoryBytes": {"a1": 3000, "b2": 1000}, "tokensPerSecond": 12.5, "why": ["Because."]}""", JsonCompareMode.STRICT);
        assertThat(server.cluster().deployments()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|model is missing",
                "{\"model\":\" \"}|model is empty",
                "{\"model\":7}|model is 7",
                "{\"model\":\"m\",\"strategy\":\"ring\"}|pipeline, tensor or auto",
                "{\"model\":\"m\",\"stages\":-1}|stages is -1",
                "{\"model\":\"m\",\"stages\":1.5}|stages is 1.5",
                "{\"model\":\"m\",\"peers\":\"desk\"}|peers is",
                "{\"model\":\"m\",\"peers\":[1]}|peers[0] is 1",
                "{\"model\":\"m\",\"min_peers\":1}|min_peers is 1",
                "{\"model\":\"m\",\"dryRun\":\"yes\"}|dryRun is"
            })
    void namesWhatIsWrongWithAnOrder(String body, String said) {
        server.post("/api/deployments", body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.message")
                .value(String.class, message -> assertThat(message).contains(said));
        assertThat(server.cluster().deployments()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"INSUFFICIENT_MEMORY,503", "UNSUPPORTED,400", "MODEL_NOT_FOUND,404", "PEER_LOST,503"})
    void tellsWhyTheClusterRefuses(ErrorCode code, int status) {
        server.cluster().answer(Mono.error(new ExofluxException(code, "Not so.")));
        server.post("/api/deployments", "{\"model\": \"exoflux/tiny\"}")
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.error.message")
                .isEqualTo("Not so.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exoflux/tiny", "exoflux%2Ftiny"})
    void undeploys(String model) {
        delete(model).expectStatus().isNoContent().expectBody().isEmpty();
        assertThat(server.cluster().undeployed()).containsExactly("exoflux/tiny");
    }

    @Test
    void undeploysOnlyWhatIsDeployed() {
        delete("other").expectStatus().isNotFound();
        delete("").expectStatus().isBadRequest();
        server.get("/api/deployments").expectStatus().isEqualTo(405);
        server.get("/api/nothing").expectStatus().isNotFound();
    }

    @Test
    void takesNoOrdersFromForeignPages() {
        for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.DELETE)) {
            server.client()
                    .method(method)
                    .uri("/api/deployments" + (method.equals(HttpMethod.DELETE) ? "/exoflux/tiny" : ""))
                    .header(HttpHeaders.ORIGIN, "https://example.org")
                    .contentType(MediaType.TEXT_PLAIN)
                    .bodyValue("{\"model\": \"exoflux/tiny\"}")
                    .exchange()
                    .expectStatus()
                    .isForbidden();
        }
        server.client()
                .options()
                .uri("/api/deployments/exoflux/tiny")
                .header(HttpHeaders.ORIGIN, "http://localhost:3000")
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "DELETE")
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(server.cluster().deployments()).isEmpty();
        assertThat(server.cluster().undeployed()).isEmpty();
    }

    private WebTestClient.BodyContentSpec get(String path) {
        return server.get(path).expectStatus().isOk().expectBody();
    }

    /** As it stands: a template would encode what is encoded already. */
    private WebTestClient.ResponseSpec delete(String model) {
        return server.client()
                .delete()
                .uri(URI.create("http://127.0.0.1:%d/api/deployments/%s".formatted(server.port(), model)))
                .exchange();
    }
}
