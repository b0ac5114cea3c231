package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.pipeline.Peer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with room for one answer, which nobody reads. */
final class ServerLimitsTest {

    private static final String LONG_CHAT = """
            {"messages": [{"role": "user", "content": "How many layers?"}], "stream": true, "ignore_eos": true,
             "logprobs": true, "top_logprobs": 20}""";

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(
                "exoflux.model=" + TestCheckpoints.servable("qwen2-tied", folder),
                "exoflux.home=" + folder,
                "exoflux.threads=1",
                "exoflux.max-concurrency=1",
                "exoflux.queue=0",
                "exoflux.grace=0s");
        server.bean(Peer.class).loaded().block(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void refusesWhatItsQueueDoesNotHold() throws IOException {
        try (RawClient first = new RawClient(server.port(), 4096)) {
            first.post("/v1/chat/completions", LONG_CHAT);
            first.nextEvent();
            server.post("/v1/chat/completions", LONG_CHAT)
                    .expectStatus()
                    .isEqualTo(429)
                    .expectHeader()
                    .valueEquals("Retry-After", "1")
                    .expectBody()
                    .jsonPath("$.error.code")
                    .isEqualTo("overloaded");
        }
    }

    @Test
    void refusesAContentTypeThatIsNone() throws Exception { // not with WebTestClient, which would not send it
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://localhost:%d/v1/chat/completions".formatted(server.port())))
                    .header("Content-Type", "json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(response.body()).contains("'json'").contains("application/json");
        }
    }

    @Test
    void tellsAReaderThatItShutsDown() throws Exception {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.post("/v1/chat/completions", LONG_CHAT);
            client.nextEvent();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
            String event = client.nextEvent();
            while (!event.contains("\"error\"")) {
                assertThat(event).doesNotContain("[DONE]");
                event = client.nextEvent();
            }
            assertThat(event).contains("\"code\":\"shutting_down\"");
            assertThat(client.ended()).isTrue();
            closed.get(30, TimeUnit.SECONDS);
        }
    }
}
