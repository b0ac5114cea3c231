package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pipelines over HTTP, in front of the built-in model. */
final class PipelineApiTest {

    private static final String PIPELINES = "/api/pipelines";

    @TempDir
    private static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                "exoflux.model=exoflux/tiny", "exoflux.home=" + folder, "exoflux.backend=vector"); // compiles nothing
        server.bean(Peer.class).loaded().block(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void removeAll() {
        for (String name : List.of("over", "strict", "narrow")) { // those first that name others
            client().delete().uri(PIPELINES + "/" + name).exchange();
        }
    }

    private static WebTestClient client() {
        return server.client();
    }

    private static WebTestClient.ResponseSpec post(String yaml) {
        return client().post()
                .uri(PIPELINES)
                .contentType(MediaType.parseMediaType("application/yaml"))
                .bodyValue(yaml)
                .exchange();
    }

    @Test
    void deploysAnswersAndRemoves() {
        post("""
                pipeline: strict
                main: { model: exoflux/tiny }
                validator: { rules: [ { forbid: "e", name: no-e } ] }
                sampling: { temperature: 0 }
                """)
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$[0].name")
                .isEqualTo("strict")
                .jsonPath("$[0].body")
                .isEqualTo("main");
        client().get()
                .uri(PIPELINES)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[0].models[0]")
                .isEqualTo("exoflux/tiny");
        String text = client().get()
                .uri(PIPELINES + "/strict")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("application/yaml")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(text).startsWith("pipeline: strict").contains("no-e");
        client().get().uri(PIPELINES + "/other").exchange().expectStatus().isNotFound();
        client().post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        "{\"model\": \"strict\", \"messages\": [{\"role\": \"user\", \"content\": \"What is a hop?\"}]}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.model")
                .isEqualTo("strict")
                .jsonPath("$.choices[0].finish_reason")
                .isEqualTo("content_filter")
                .jsonPath("$.exoflux.validated")
                .isEqualTo(false)
                .jsonPath("$.exoflux.rule")
                .isEqualTo("no-e");
        client().delete().uri(PIPELINES + "/strict").exchange().expectStatus().isNoContent();
        client().delete().uri(PIPELINES + "/strict").exchange().expectStatus().isNotFound();
    }

    @Test
    void saysWhereAFileIsWrongAndDeploysNothingOfIt() {
        String told = post("""
                pipeline: strict
                main: { model: exoflux/tiny }
                ---
                pipeline: broken
                main: { modell: exoflux/tiny }
                """)
                .expectStatus()
                .isBadRequest()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(told).contains("pipeline:5:9: modell is no key of main", "Maybe you mean model");
        post("{ pipeline: strict, main: { model: nobody/knows } }")
                .expectStatus()
                .isNotFound();
        client().get().uri(PIPELINES).exchange().expectBody().json("[]");
    }

    @Test
    void drawsWithItsOwnSamplingWhereARequestSaysNothing() {
        post("""
                pipeline: strict
                main: { model: exoflux/tiny }
                sampling: { temperature: 2, seed: 42 }
                """).expectStatus().isCreated();
        String drawn = answer("");
        assertThat(answer("")).isEqualTo(drawn);
        assertThat(answer(", \"seed\": 42")).isEqualTo(drawn);
        assertThat(answer(", \"seed\": 7")).isNotEqualTo(drawn);
        post("""
                pipeline: strict
                main: { model: exoflux/tiny }
                sampling: { temperature: 0, logit-bias: { 65: 100 } }
                """).expectStatus().isCreated();
        String raised = answer(", \"max_tokens\": 5");
        assertThat(raised)
                .isNotEmpty()
                .isEqualTo(raised.substring(0, raised.length() / 5).repeat(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "first | ANSWER",
                "vote  | ANSWER",
                "best, judge: { model: exoflux/tiny, question: 'Is it true?' } | ANSWER",
                "all   | 'exoflux/tiny:\nANSWER\n\nexoflux/tiny:\nANSWER'"
            })
    void joinsWhatSeveralSay(String join, String said) {
        post("""
                pipeline: over
                fan-out: { join: %s, to: [ exoflux/tiny, exoflux/tiny ] }
                sampling: { temperature: 0 }
                """.formatted(join)).expectStatus().isCreated();
        String alone = text(ask("exoflux/tiny", ", \"temperature\": 0"));
        assertThat(text(ask("over", ""))).isEqualTo(said.replace("ANSWER", alone));
    }

    @Test
    void routesByAHeaderAndByAModelsAnswer() {
        post("""
                pipeline: strict
                main: { model: exoflux/tiny }
                validator: { rules: [ { max-length: 3 } ] }
                ---
                pipeline: over
                router:
                  rules:
                    - { header: { name: x-team, matches: "^research$" }, to: strict }
                    - { answer: { model: exoflux/tiny, question: "Is it hard?", matches: "[a-z]" }, to: exoflux/tiny }
                  otherwise: strict
                """).expectStatus().isCreated();
        assertThat(finish(ask("over", "", "x-team", "research"))).isEqualTo("content_filter");
        assertThat(finish(ask("over", "", "x-team", "sales"))).isEqualTo("stop");
        post("""
                pipeline: over
                router:
                  rules: [ { answer: { model: exoflux/tiny, question: "Is it hard?", matches: "\\x01" }, to: exoflux/tiny } ]
                  otherwise: strict
                """).expectStatus().isCreated();
        assertThat(finish(ask("over", ""))).isEqualTo("content_filter");
    }

    @Test
    void fallsBackWhereAPipelineIsFull() throws IOException {
        post("""
                pipeline: narrow
                main: { model: exoflux/tiny }
                flow: { max-concurrency: 1, queue: 0 }
                ---
                pipeline: over
                fallback: [ narrow, exoflux/tiny ]
                """).expectStatus().isCreated();
        try (RawClient reader = new RawClient(server.port(), 1024)) {
            reader.post(
                    "/v1/completions",
                    "{\"model\": \"narrow\", \"prompt\": \"Once\", \"stream\": true, \"ignore_eos\": true, \"max_tokens\": 2000}");
            reader.nextEvent(); // and no further: the answer keeps its place
            server.post("/v1/completions", "{\"model\": \"narrow\", \"prompt\": \"Once\"}")
                    .expectStatus()
                    .isEqualTo(429)
                    .expectHeader()
                    .exists("Retry-After");
            assertThat(finish(ask("over", ""))).isEqualTo("stop");
        }
    }

    private static JsonNode ask(String model, String wishes, String... header) {
        String body = client().post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .headers(headers -> {
                    if (header.length > 0) {
                        headers.set(header[0], header[1]);
                    }
                })
                .bodyValue(
                        "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"What is a hop?\"}]%s}"
                                .formatted(model, wishes))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return new JsonMapper().readTree(body);
    }

    private static String text(JsonNode answer) {
        return answer.at("/choices/0/message/content").asString();
    }

    private static String finish(JsonNode answer) {
        return answer.at("/choices/0/finish_reason").asString();
    }

    private static String answer(String wishes) {
        return text(ask("strict", wishes));
    }

    /** A body whose length nobody has said: a pipeline, and comments up to so many bytes. */
    private static WebTestClient.ResponseSpec chunked(String path, String type, int bytes) {
        String comment = "# " + "-".repeat(997) + "\n";
        Flux<String> pieces = Flux.range(0, bytes / comment.length())
                .map(piece -> piece == 0 ? "{ pipeline: strict, main: { model: exoflux/tiny } }\n" : comment);
        return client().post()
                .uri(path)
                .contentType(MediaType.parseMediaType(type))
                .body(pieces, String.class)
                .exchange();
    }

    @Test
    void boundsWhatItReads() throws IOException {
        post("").expectStatus().isBadRequest();
        post("# ".repeat(600_000)).expectStatus().isEqualTo(413);
        try (RawClient client = new RawClient(server.port(), 4096)) { // one that reads nothing before it has sent all
            client.post(PIPELINES, "# ".repeat(5_000_000));
            assertThat(client.next("HTTP/1.1 ")).contains("413");
        }
        chunked(PIPELINES, "application/yaml", 600_000).expectStatus().isCreated();
        chunked(PIPELINES, "application/yaml", 1_050_000).expectStatus().isEqualTo(413);
        chunked("/v1/chat/completions", "application/json", 4_196_000)
                .expectStatus()
                .isEqualTo(413);
        client().method(HttpMethod.PUT)
                .uri(PIPELINES)
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals("Allow", "GET,HEAD,POST");
    }
}
