package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a running server, over its OpenAI-compatible API. */
final class RemoteAssistant implements Assistant {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final URI server;
    private final HttpClient http;
    private final String model;

    /** @param model null for the first that the server lists */
    RemoteAssistant(URI server, HttpClient http, Optional<String> model) {
        this.server = server;
        this.http = http;
        this.model = model.orElseGet(this::firstModel);
    }

    static HttpClient newClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public Flux<String> answer(List<Map<String, Object>> messages, ChatSettings settings) {
        Map<String, Object> body = new LinkedHashMap<>(settings.asRequestFields());
        body.put("model", model);
        body.put("stream", true);
        body.put("messages", messages);
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        // The body is read on a worker thread, a line when one is asked for: closing it on cancel ends the request.
        return Flux.using(() -> open(request), this::pieces, Stream::close)
                .onErrorMap(UncheckedIOException.class, RemoteAssistant::cutOff)
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public void close() {
        http.close();
    }

    private Stream<String> open(HttpRequest request) {
        HttpResponse<Stream<String>> response = send(request, HttpResponse.BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            try (Stream<String> lines = response.body()) {
                throw failure(response.statusCode(), lines.collect(Collectors.joining("\n")));
            }
        }
        return response.body();
    }

    private Flux<String> pieces(Stream<String> lines) {
        return Flux.fromStream(lines)
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()).strip())
                .concatWith(Mono.just("")) // the end of the body
                .transform(RemoteAssistant::untilDone)
                .handle((data, sink) -> {
                    JsonNode chunk = parse(data);
                    if (chunk.has("error")) {
                        sink.error(failure(500, data));
                        return;
                    }
                    String piece = chunk.path("choices")
                            .path(0)
                            .path("delta")
                            .path("content")
                            .asString("");
                    if (!piece.isEmpty()) {
                        sink.next(piece);
                    }
                });
    }

    /** Passes events on up to {@code [DONE]}; a stream that ends without it was cut off, and says so. */
    private static Flux<String> untilDone(Flux<String> events) {
        return events.<String>handle((data, sink) -> {
            if (data.isEmpty()) {
                sink.error(cutOff(null));
            } else if (data.equals("[DONE]")) {
                sink.complete();
            } else {
                sink.next(data);
            }
        });
    }

    private static ExofluxException cutOff(@Nullable Throwable cause) {
        return new ExofluxException(
                ErrorCode.INTERNAL,
                "The server ended the stream before the answer was complete.\nMaybe it was stopped.",
                cause);
    }

    private String firstModel() {
        HttpResponse<String> response = send(
                HttpRequest.newBuilder(server.resolve("/v1/models")).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw failure(response.statusCode(), response.body());
        }
        String first = parse(response.body()).path("data").path(0).path("id").asString("");
        if (first.isEmpty()) {
            throw new ExofluxException(ErrorCode.MODEL_NOT_FOUND, "The server at " + server + " serves no model.");
        }
        return first;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "No exoflux server answers at %s.%nMaybe start one: exoflux serve.".formatted(server),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExofluxException(ErrorCode.INTERNAL, "Interrupted while waiting for " + server + ".", e);
        }
    }

    private ExofluxException failure(int status, String body) {
        String message = parse(body)
                .path("error")
                .path("message")
                .asString(
                        "%s answers with status %d, and not as an exoflux server does.%nMaybe another program listens there."
                                .formatted(server, status));
        ErrorCode code = switch (status) {
            case 400 -> ErrorCode.INVALID_REQUEST;
            case 404 -> ErrorCode.MODEL_NOT_FOUND;
            case 429 -> ErrorCode.OVERLOADED;
            case 503 -> ErrorCode.LOADING;
            default -> ErrorCode.INTERNAL;
        };
        return new ExofluxException(code, message);
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            return JSON.createObjectNode(); // not JSON: some other program answers there
        }
    }
}
