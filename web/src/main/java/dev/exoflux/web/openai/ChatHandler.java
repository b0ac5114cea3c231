package dev.exoflux.web.openai;

import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.JsonBody;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v1/chat/completions}. */
final class ChatHandler {

    private final Answering answering;
    private final JsonBody body;
    private final EventStream stream;

    ChatHandler(Answering answering, JsonBody body, EventStream stream) {
        this.answering = answering;
        this.body = body;
        this.stream = stream;
    }

    Mono<ServerResponse> handle(ServerRequest request) {
        return body.read(request, ChatRequest::read).flatMap(chat -> {
            Answers.Wish wish = new Answers.Wish(
                    chat.maxTokens(),
                    false,
                    chat.topLogprobs(),
                    Hints.of(request.headers().asHttpHeaders()),
                    chat.answer().urgency().or(request.headers().asHttpHeaders()));
            return answering
                    .answers("chatcmpl-", chat.answer(), List.of(chat.conversation()), wish)
                    .flatMap(answers -> respond(answers, chat.topLogprobs() >= 0));
        });
    }

    private Mono<ServerResponse> respond(Answers answers, boolean logprobs) {
        return answers.fields().stream()
                ? stream.response(ChatAnswers.events(answers, logprobs))
                : ChatAnswers.whole(answers, logprobs).flatMap(Json::ok);
    }
}
