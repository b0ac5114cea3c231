package dev.exoflux.web.openai;

import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.Json;
import dev.exoflux.web.http.JsonBody;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /v1/completions}. */
final class CompletionHandler {

    private final Answering answering;
    private final JsonBody body;
    private final EventStream stream;

    CompletionHandler(Answering answering, JsonBody body, EventStream stream) {
        this.answering = answering;
        this.body = body;
        this.stream = stream;
    }

    Mono<ServerResponse> handle(ServerRequest request) {
        return body.read(request, CompletionRequest::read).flatMap(completion -> {
            Answers.Wish wish = new Answers.Wish(
                    completion.maxTokens(),
                    completion.echo(),
                    completion.topLogprobs(),
                    Hints.of(request.headers().asHttpHeaders()),
                    completion.answer().urgency().or(request.headers().asHttpHeaders()));
            return answering
                    .answers("cmpl-", completion.answer(), completion.prompts(), wish)
                    .flatMap(answers -> respond(answers, completion.topLogprobs() >= 0));
        });
    }

    private Mono<ServerResponse> respond(Answers answers, boolean logprobs) {
        return answers.fields().stream()
                ? stream.response(CompletionAnswers.events(answers, logprobs))
                : CompletionAnswers.whole(answers, logprobs).flatMap(Json::ok);
    }
}
