package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.pipeline.ServingPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API in front of a real cluster, of which this server is the only peer. */
final class LiveClusterTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String MODEL = "test/llama-gqa-4-2-tied";
    private static final String COMPLETION =
            "{\"model\": \"%s\", \"prompt\": \"One\", \"max_tokens\": 3}".formatted(MODEL);

    @TempDir
    private static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestCheckpoints.servable("llama-gqa-4-2-tied", folder.resolve("models/test"));
        server = TestServer.start(
                "exoflux.model=" + MODEL,
                "exoflux.home=" + folder,
                "exoflux.threads=1",
                "exoflux.cluster.enabled=true",
                "exoflux.cluster.name=" + UUID.randomUUID(), // nobody else's
                "exoflux.cluster.host=127.0.0.1",
                "exoflux.cluster.port=0");
        server.bean(ServingPeer.class).loaded().block(Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void knowsItself() {
        JsonNode cluster = json("/api/peers");
        JsonNode self = cluster.at("/peers/0");
        assertThat(cluster.at("/peers")).hasSize(1);
        assertThat(cluster.at("/self")).isEqualTo(self.at("/id")).isEqualTo(cluster.at("/coordinator"));
        assertThat(self.at("/httpPort").asInt()).isEqualTo(server.port());
        assertThat(self.at("/models").toString()).contains(MODEL);
        assertThat(self.at("/memoryTotalBytes").asLong()).isPositive();
    }

    @Test
    void plansDeploysAnswersAndUndeploys() throws IOException {
        try (RawClient events = new RawClient(server.port(), 1 << 16)) {
            server.post("/api/deployments", "{\"model\": \"%s\", \"dryRun\": true}".formatted(MODEL))
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.ring.length()")
                    .isEqualTo(1);
            server.client()
                    .delete()
                    .uri("/api/deployments/" + MODEL)
                    .exchange()
                    .expectStatus()
                    .isNoContent();
            assertThat(json("/api/placements")).isEmpty();
            assertThat(json("/v1/models").at("/data/0/status").asString()).isEqualTo("available");

            events.get("/api/events");
            server.post("/api/deployments", "{\"model\": \"%s\", \"concurrency\": 2}".formatted(MODEL))
                    .expectStatus()
                    .is2xxSuccessful();
            String event = events.nextEvent();
            while (!event.contains("\"state\":\"ready\"")) {
                event = events.nextEvent();
            }
            assertThat(event).contains("\"concurrency\":2", MODEL);
            server.post("/v1/completions", COMPLETION).expectStatus().isOk();
        }
    }

    @Test
    void refusesWhatItCannotHold() {
        server.post("/api/deployments", "{\"model\": \"%s\", \"stages\": 2}".formatted(MODEL))
                .expectStatus()
                .isEqualTo(503)
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("no_peers");
        server.post("/api/deployments", "{\"model\": \"%s\", \"strategy\": \"tensor\"}".formatted(MODEL))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("unsupported");
        server.post("/api/deployments", "{\"model\": \"no/such\"}")
                .expectStatus()
                .isNotFound();
        server.post("/api/deployments", "{\"model\": \"%s\", \"peers\": [\"nobody\"]}".formatted(MODEL))
                .expectBody()
                .jsonPath("$.error.message")
                .value(String.class, message -> assertThat(message).contains("nobody"));
    }

    private static JsonNode json(String path) {
        return JSON.readTree(String.valueOf(server.get(path)
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody()));
    }
}
