package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** A client of a running server, over its OpenAI-compatible API. */
final class RemoteAssistant implements Assistant {

    private final ServerClient server;
    private final String model;

    /**
     * Takes the client over.
     *
     * @param model empty for the first that the server lists
     */
    RemoteAssistant(ServerClient server, Optional<String> model) {
        this.server = server;
        this.model = model.orElseGet(this::firstModel);
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public Flux<String> answer(List<Map<String, Object>> messages, ChatSettings settings, Consumer<String> notices) {
        Map<String, Object> body = new LinkedHashMap<>(settings.asRequestFields());
        body.put("model", model);
        body.put("stream", true);
        body.put("messages", messages);
        return server.linesOf("/v1/chat/completions", body)
                .transform(lines -> pieces(lines, notices))
                .onErrorMap(UncheckedIOException.class, RemoteAssistant::cutOff);
    }

    @Override
    public void close() {
        server.close();
    }

    private Flux<String> pieces(Flux<String> lines, Consumer<String> notices) {
        return lines.filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()).strip())
                .concatWith(Mono.just("")) // the end of the body
                .transform(RemoteAssistant::untilDone)
                .handle((data, sink) -> {
                    JsonNode chunk = ServerReply.json(data);
                    if (chunk.has("error")) {
                        sink.error(ServerReply.failure(server.address(), 500, data));
                        return;
                    }
                    JsonNode choice = chunk.path("choices").path(0);
                    AnswerNote.of(chunk.path("exoflux")).line().ifPresent(notices);
                    String piece = choice.path("delta").path("content").asString("");
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
        String first = server.get("/v1/models").path("data").path(0).path("id").asString("");
        if (first.isEmpty()) {
            throw new ExofluxException(
                    ErrorCode.MODEL_NOT_FOUND, "The server at " + server.address() + " serves no model.");
        }
        return first;
    }
}
