package dev.exoflux.web.openai;

import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.web.http.Fields;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.JsonBody;
import dev.exoflux.web.http.PlainValues;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** {@code POST /tokenize}, {@code /detokenize} and {@code /apply-template}, as llama.cpp's server has them. */
final class TokensHandler {

    private final Answering answering;
    private final JsonBody body;

    TokensHandler(Answering answering, JsonBody body) {
        this.answering = answering;
        this.body = body;
    }

    /** @param tokens ids, or where they were asked for {@link TokenPiece}s */
    private record Tokens(List<?> tokens) {}

    /** @param piece its text, or its bytes where they are only a part of a character */
    private record TokenPiece(int id, Object piece) {

        static TokenPiece of(int id, ServedModel model) {
            TokenText text = TokenText.of(id, model);
            return new TokenPiece(id, text.shown().contains("\uFFFD") ? text.byteValues() : text.shown());
        }
    }

    private record Content(String content) {}

    private record Rendered(String prompt) {}

    private record Text(@Nullable String model, String content, boolean addSpecial, boolean withPieces) {

        static Text read(Fields fields) {
            fields.only("parse_special", "true");
            return new Text(
                    fields.text("model"),
                    fields.requiredText("content"),
                    fields.flag("add_special", false),
                    fields.flag("with_pieces", false));
        }
    }

    private record Ids(@Nullable String model, List<Integer> ids) {

        static Ids read(Fields fields) {
            JsonNode tokens = fields.value("tokens");
            if (tokens == null) {
                throw fields.missing("tokens");
            }
            return new Ids(fields.text("model"), fields.ids("tokens", tokens));
        }
    }

    /** Messages go to the template as they are; what else is in the body is a template variable, as is what {@code chat_template_kwargs} holds. */
    private record Conversation(@Nullable String model, Prompt.Chat chat) {

        static Conversation read(Fields fields) {
            String model = fields.text("model");
            List<Map<String, Object>> messages = fields.requiredObjects("messages").stream()
                    .map(message -> PlainValues.ofObject(message.node()))
                    .toList();
            Fields more = fields.object("chat_template_kwargs");
            Map<String, Object> variables = fields.others();
            if (more != null) {
                variables.putAll(PlainValues.ofObject(more.node()));
            }
            variables.putIfAbsent("add_generation_prompt", true);
            return new Conversation(model, new Prompt.Chat(messages, variables));
        }
    }

    Mono<ServerResponse> tokenize(ServerRequest request) {
        return body.read(request, Text::read).flatMap(text -> {
            ServedModel model = answering.model(text.model);
            return model.encode(text.content, text.addSpecial)
                    .map(ids -> Arrays.stream(ids)
                            .mapToObj(id -> text.withPieces ? TokenPiece.of(id, model) : (Object) id)
                            .toList())
                    .flatMap(tokens -> Json.ok(new Tokens(tokens)));
        });
    }

    Mono<ServerResponse> detokenize(ServerRequest request) {
        return body.read(request, Ids::read)
                .flatMap(ids -> answering.model(ids.model).decode(ints(ids.ids)))
                .flatMap(content -> Json.ok(new Content(content)));
    }

    private static int[] ints(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    Mono<ServerResponse> applyTemplate(ServerRequest request) {
        return body.read(request, Conversation::read)
                .flatMap(conversation -> answering.model(conversation.model).render(conversation.chat))
                .flatMap(prompt -> Json.ok(new Rendered(prompt)));
    }
}
