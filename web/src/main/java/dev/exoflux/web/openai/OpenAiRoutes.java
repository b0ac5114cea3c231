package dev.exoflux.web.openai;

import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.JsonBody;
import dev.exoflux.web.http.Routes;
import java.time.Clock;
import java.util.List;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Where OpenAI's clients look for what. */
public final class OpenAiRoutes {

    /** All paths, as patterns. */
    public static final List<String> PATHS = List.of("/v1/**", "/tokenize", "/detokenize", "/apply-template");

    private OpenAiRoutes() {}

    public static RouterFunction<ServerResponse> of(
            Answering answering, ServedModels models, JsonBody body, EventStream stream, Clock clock) {
        ModelsHandler list = new ModelsHandler(models, clock.instant());
        TokensHandler tokens = new TokensHandler(answering, body);
        return new Routes()
                .post("/v1/chat/completions", new ChatHandler(answering, body, stream)::handle)
                .post("/v1/completions", new CompletionHandler(answering, body, stream)::handle)
                .get("/v1/models", list::list)
                .get("/v1/models/{*id}", list::one)
                .post("/tokenize", tokens::tokenize)
                .post("/detokenize", tokens::detokenize)
                .post("/apply-template", tokens::applyTemplate)
                .build();
    }
}
