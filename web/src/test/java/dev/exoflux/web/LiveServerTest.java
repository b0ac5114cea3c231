package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a real socket to a real (tiny) model and back. */
final class LiveServerTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String MODEL = "test/llama-gqa-4-2-tied";
    private static final String CHAT = "/v1/chat/completions";

    /** Long, and each of its events large, so that it cannot hide in the buffers of sockets. */
    private static final String LONG_CHAT = """
            {"messages": [{"role": "user", "content": "How many layers?"}], "stream": true, "ignore_eos": true,
             "logprobs": true, "top_logprobs": 20}""";

    @TempDir
    private static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestCheckpoints.servable("llama-gqa-4-2-tied", folder.resolve("models/test"));
        server = TestServer.start("exoflux.model=" + MODEL, "exoflux.home=" + folder, "exoflux.threads=1");
        server.bean(Peer.class).loaded().block(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void answersTheSameInOneBodyAndAsAStream() {
        String request = """
                {"messages": [{"role": "user", "content": "모델 and 🚀?"}], "seed": 7, "max_tokens": 40, "ignore_eos": true}""";
        JsonNode whole = json(CHAT, request);
        String stream = body(CHAT, request.replace("{\"messages\"", "{\"stream\": true, \"messages\""));
        assertThat(content(stream))
                .isEqualTo(whole.at("/choices/0/message/content").asString());
        assertThat(whole.at("/usage/completion_tokens").asInt()).isEqualTo(40);
        assertThat(whole.at("/choices/0/finish_reason").asString()).isEqualTo("length");
    }

    @Test
    void countsAndGivesTheTokensOfThePrompt() {
        String prompt = json("/apply-template", "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}")
                .at("/prompt")
                .asString();
        assertThat(prompt).isEqualTo("[user] Hello\n[assistant] ");
        JsonNode ids = json("/tokenize", "{\"content\": \"[user] Hello\\n[assistant] \"}")
                .at("/tokens");
        JsonNode answer = json(CHAT, """
                {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 3, "ignore_eos": true,
                 "return_token_ids": true}""");
        assertThat(answer.at("/prompt_token_ids")).isEqualTo(ids);
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(ids.size());
        assertThat(answer.at("/choices/0/token_ids")).hasSize(3);
        assertThat(json("/detokenize", "{\"tokens\": " + ids + "}")
                        .at("/content")
                        .asString())
                .isEqualTo(prompt);
    }

    @Test
    void computesTheNextTurnFromWhereTheLastOneEnded() {
        String question = "{\"role\": \"user\", \"content\": \"How many layers fit on this device?\"}";
        String settings = ", \"seed\": 3, \"max_tokens\": 8, \"ignore_eos\": true, \"return_token_ids\": true}";
        JsonNode first = json(CHAT, "{\"messages\": [" + question + "]" + settings);
        JsonNode again = json(CHAT, "{\"messages\": [" + question + "]" + settings);
        int prompt = first.at("/usage/prompt_tokens").asInt();
        assertThat(again.at("/choices")).isEqualTo(first.at("/choices"));
        assertThat(again.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isEqualTo(prompt - 1);

        String ids = first.at("/prompt_token_ids").toString().replace("]", ",")
                + first.at("/choices/0/token_ids").toString().substring(1);
        String stream = body(
                "/v1/completions",
                "{\"prompt\": " + ids + ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}");
        assertThat(stream).contains("\"prompt_tokens_details\":{\"cached_tokens\":" + (prompt + 7) + "}");
    }

    @Test
    void scoresAPromptWithoutAnAnswer() {
        JsonNode answer = json("/v1/completions", """
                {"prompt": "How many layers?", "echo": true, "max_tokens": 0, "logprobs": 1, "temperature": 0}""");
        assertThat(answer.at("/choices/0/text").asString()).isEqualTo("How many layers?");
        JsonNode scores = answer.at("/choices/0/logprobs/token_logprobs");
        assertThat(scores.get(0).isNull()).isTrue();
        assertThat(scores).hasSizeGreaterThan(3).allMatch(score -> score.isNull() || score.asDouble() <= 0);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isZero();
    }

    @Test
    void answersSeveralClientsAtOnceAsItAnswersOne() {
        List<String> requests =
                Stream.of("One", "Two", "Three", "Four").map("""
                        {"prompt": "%s", "seed": 1, "max_tokens": 30, "ignore_eos": true}"""::formatted).toList();
        List<String> alone = requests.stream().map(LiveServerTest::text).toList();
        List<String> together = Flux.fromIterable(requests)
                .flatMapSequential(
                        request -> Flux.defer(() -> Flux.just(text(request))).subscribeOn(Schedulers.boundedElastic()))
                .collectList()
                .block(Duration.ofSeconds(30));
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void refusesAPromptThatIsLongerThanTheContext() {
        server.post("/v1/completions", "{\"prompt\": \"%s\"}".formatted("layers ".repeat(500)))
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error.code")
                .isEqualTo("context_length_exceeded");
    }

    @Test
    void aReaderThatStopsIsNotDecodedAnyMoreAndHoldsNobodyUp() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.post(CHAT, LONG_CHAT);
            client.nextEvent();
            int stopped = settledSteps();
            assertThat(stopped).isLessThan(120);
            text("{\"prompt\": \"Two\", \"max_tokens\": 30, \"ignore_eos\": true}");
            assertThat(steps()).isEqualTo(stopped);
            for (int i = 0; i < 60; i++) {
                client.nextEvent();
            }
            await().until(() -> steps() > stopped);
        }
        await().untilAsserted(LiveServerTest::assertNothingIsHeldForAnybody);
    }

    @Test
    void aReaderThatLeavesGivesItsPlaceBack() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.post(CHAT, LONG_CHAT);
            client.nextEvent();
            assertThat(metrics().live()).isEqualTo(1);
            assertThat(metrics().cacheBytes()).isPositive();
        }
        await().untilAsserted(LiveServerTest::assertNothingIsHeldForAnybody);
    }

    @Test
    void saysThatItIsInNoCluster() {
        for (String path : List.of("/api/peers", "/api/topology", "/api/placements", "/api/events")) {
            server.get(path)
                    .expectStatus()
                    .isNotFound()
                    .expectBody()
                    .jsonPath("$.error.message")
                    .value(String.class, message -> assertThat(message).contains("in no cluster", "--alone"));
        }
        server.post("/api/deployments", "{}").expectStatus().isNotFound();
    }

    private static void assertNothingIsHeldForAnybody() {
        assertThat(metrics().live()).isZero();
        assertThat(metrics().cacheBytes())
                .as("what may serve again")
                .isEqualTo(metrics().prefixes().bytes())
                .isEqualTo(metrics().reservedBytes());
    }

    private static BatcherMetrics metrics() {
        return server.bean(Peer.class).metrics(MODEL);
    }

    /** Decode steps of the only live answer. */
    private static int steps() {
        return metrics().sequences().getFirst().steps();
    }

    /** Their number once it has not moved for a while. */
    private static int settledSteps() {
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> last.getAndSet(steps()) == steps());
        return steps();
    }

    private static String text(String completion) {
        return json("/v1/completions", completion).at("/choices/0/text").asString();
    }

    private static JsonNode json(String path, String request) {
        return JSON.readTree(body(path, request));
    }

    private static String body(String path, String request) {
        return String.valueOf(server.post(path, request)
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    /** What the deltas of a stream add up to. */
    private static String content(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring("data: ".length()))
                        .at("/choices/0/delta/content")
                        .asString(""))
                .collect(Collectors.joining());
    }
}
