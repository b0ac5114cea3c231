package dev.exoflux.shell.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one streamed answer as it comes. */
final class Reader {

    /**
     * What arrived.
     *
     * @param logprobs of each token, in the words of the server
     * @param finish why it ended, or null where it broke off
     * @param error what the server said instead of going on, or null
     */
    record Answer(
            List<Integer> ids,
            String text,
            List<String> logprobs,
            @Nullable String finish,
            @Nullable String error) {}

    private final Api server;
    private final Question question;
    private final CompletableFuture<Answer> whole = new CompletableFuture<>();
    private final List<Integer> ids = new ArrayList<>();
    private final List<String> logprobs = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private JsonNode exoflux = Api.JSON.createObjectNode();
    private @Nullable String finish;
    private @Nullable String error;
    private long lastToken = System.nanoTime();
    private volatile long longestPause;
    private volatile int tokens;

    private Reader(Api server, Question question) {
        this.server = server;
        this.question = question;
    }

    static Reader of(ClusterProcess peer, Question question) {
        return of(peer.api(), question);
    }

    private static Reader of(Api server, Question question) {
        Reader reader = new Reader(server, question);
        Thread.ofVirtual().start(reader::read);
        return reader;
    }

    /** Asks the same peer for the same. */
    Reader again() {
        return of(server, question);
    }

    private void read() {
        try {
            HttpURLConnection connection = server.stream("/v1/completions", question.body());
            if (connection.getResponseCode() != 200) {
                error = Api.response(connection).body().toString();
            } else {
                try (BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                    in.lines().filter(line -> line.startsWith("data: {")).forEach(line -> take(line.substring(6)));
                } finally {
                    connection.disconnect();
                }
            }
        } catch (IOException | RuntimeException e) {
            error = "the connection broke: " + e;
        }
        whole.complete(new Answer(List.copyOf(ids), text.toString(), List.copyOf(logprobs), finish, error));
    }

    private void take(String event) {
        JsonNode chunk = Api.JSON.readTree(event);
        if (chunk.has("error")) {
            error = chunk.path("error").toString();
            return;
        }
        for (JsonNode choice : chunk.path("choices")) {
            text.append(choice.path("text").asString());
            choice.path("token_ids").forEach(id -> ids.add(id.asInt()));
            choice.path("logprobs").path("token_logprobs").forEach(its -> logprobs.add(its.toString()));
            if (!choice.path("finish_reason").isNull()) {
                finish = choice.path("finish_reason").asString();
            }
        }
        if (chunk.has("exoflux")) {
            exoflux = chunk.path("exoflux");
        }
        long now = System.nanoTime();
        if (tokens > 0) {
            longestPause = Math.max(longestPause, now - lastToken);
        }
        lastToken = now;
        tokens = ids.size();
    }

    /** That have arrived so far. */
    int tokens() {
        return tokens;
    }

    /** What the last piece of the answer said beside OpenAI's fields; to be read once it has ended. */
    JsonNode exoflux() {
        answer();
        return exoflux;
    }

    boolean ended() {
        return whole.isDone();
    }

    Question question() {
        return question;
    }

    /** Between two tokens. */
    Duration longestPause() {
        return Duration.ofNanos(longestPause);
    }

    /** All of it, when it has ended. */
    Answer answer() {
        try {
            return whole.get(ClusterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("hangs after %d tokens: %s".formatted(tokens, question), e);
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
