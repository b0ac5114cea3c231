package dev.exoflux.web;

import dev.exoflux.pipeline.Peer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;

/** What goes on, over HTTP. */
final class FlowApiTest {

    @TempDir
    private Path folder;

    @Test
    void tellsOfRingsStagesAndPipelines() {
        try (TestServer server =
                TestServer.start("exoflux.model=exoflux/tiny", "exoflux.home=" + folder, "exoflux.backend=vector")) {
            server.bean(Peer.class).loaded().block(Duration.ofSeconds(30));
            server.client()
                    .post()
                    .uri("/api/pipelines")
                    .contentType(MediaType.parseMediaType("application/yaml"))
                    .bodyValue("""
                            pipeline: narrow
                            main: { model: exoflux/tiny }
                            flow: { max-concurrency: 3, queue: 5 }
                            """)
                    .exchange()
                    .expectStatus()
                    .isCreated();
            server.post(
                            "/v1/completions",
                            "{\"model\": \"narrow\", \"prompt\": \"Once\", \"max_tokens\": 8, \"ignore_eos\": true}")
                    .expectStatus()
                    .isOk();
            server.get("/api/flow").expectStatus().isOk().expectBody().json("""
                            {"models": [{"model": "exoflux/tiny",
                                         "ring": {"running": 0, "waiting": 0, "setAside": 0, "timesSetAside": 0,
                                                  "inFlight": 0},
                                         "stages": [{"inFlight": 0.0}]}],
                             "pipelines": [{"pipeline": "narrow", "running": 0, "waiting": 0, "maxConcurrency": 3,
                                            "queue": 5}]}""");
            server.get("/api/flow")
                    .expectBody()
                    .jsonPath("$.models[0].stages.length()")
                    .isEqualTo(1)
                    .jsonPath("$.models[0].stages[0].stepMillis")
                    .isNumber()
                    .jsonPath("$.models[0].ring.credit")
                    .isEqualTo(1)
                    .jsonPath("$.models[0].ring.roundMillis")
                    .isNumber();
        }
    }
}
