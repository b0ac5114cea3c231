package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Token;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.test.json.JsonCompareMode;
import reactor.core.publisher.Flux;

/** {@code POST /v1/completions}. */
final class CompletionsTest {

    private final TestServer server = TestServer.scripted();

    @Test
    void answersInOneBody() {
        complete("{\"model\": \"exoflux/scripted\", \"prompt\": \"Once\"}", """
                {"object": "text_completion", "created": 1700000000, "model": "exoflux/scripted",
                 "choices": [{"index": 0, "text": "Hi", "logprobs": null, "finish_reason": "stop"}],
                 "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8,
                           "prompt_tokens_details": {"cached_tokens": 4}}}""");
        GenerationRequest request = server.peer().request();
        assertThat(request.prompt()).isEqualTo(new Prompt.Text("Once"));
        assertThat(request.maxTokens()).isEqualTo(16);
        assertThat(request.sampling().topLogprobs()).isEqualTo(-1);
    }

    @Test
    void takesTokenIdsAsTheyAre() {
        complete("{\"prompt\": [1, 2, 3]}", "{}");
        assertThat(server.peer().request().prompt()).isEqualTo(new Prompt.Ids(List.of(1, 2, 3)));
    }

    @Test
    void answersSeveralPromptsInOrder() {
        complete("{\"prompt\": [\"One\", \"Two\"], \"n\": 2}", """
                {"choices": [{"index": 0}, {"index": 1}, {"index": 2}, {"index": 3}],
                 "usage": {"prompt_tokens": 10, "completion_tokens": 12, "prompt_tokens_details": {"cached_tokens": 8}}}""");
        assertThat(server.peer().requests())
                .extracting(GenerationRequest::prompt)
                .containsExactlyInAnyOrder(
                        new Prompt.Text("One"), new Prompt.Text("One"), new Prompt.Text("Two"), new Prompt.Text("Two"));
    }

    @Test
    void answersSeveralPromptsOfIds() {
        complete("{\"prompt\": [[1, 2], [3]], \"return_token_ids\": true}", """
                {"choices": [{"index": 0, "prompt_token_ids": [1, 2], "token_ids": [72, 105, 0]},
                             {"index": 1, "prompt_token_ids": [3]}]}""");
    }

    @Test
    void givesTheIdsOfItsOnlyPromptOnceForAll() {
        complete("{\"prompt\": \"ab\", \"return_token_ids\": true}", """
                {"prompt_token_ids": [1, 97, 98], "choices": [{"prompt_token_ids": [1, 97, 98], "token_ids": [72, 105, 0]}]}""");
    }

    @Test
    void echoesThePromptWithItsScores() {
        Sampled.Logprobs scores = new Sampled.Logprobs(-0.5f, List.of(new Sampled.Alternative('x', -0.25f)));
        server.peer()
                .script(request -> Flux.just(
                        new Token('ä', "ä", true, null, null),
                        new Token('b', "b", true, scores, null),
                        new Token('c', "c", false, scores, null),
                        new Token(0, "", false, scores, new Token.Finish(Token.FinishReason.STOP, 2, 0, 2, null))));
        complete(
                "{\"prompt\": \"äb\", \"echo\": true, \"logprobs\": 1, \"max_tokens\": 0, \"return_token_ids\": true}",
                """
                {"choices": [{"text": "äbc", "finish_reason": "stop", "token_ids": [99, 0], "logprobs": {
                  "tokens": ["ä", "b", "c"],
                  "token_logprobs": [null, -0.5, -0.5],
                  "top_logprobs": [null, {"x": -0.25, "b": -0.5}, {"x": -0.25, "c": -0.5}],
                  "text_offset": [0, 1, 2]}}]}""");
        assertThat(server.peer().request().echo()).isTrue();
        assertThat(server.peer().request().maxTokens()).isZero();
    }

    @Test
    void streams() {
        String body = server.post(
                        "/v1/completions",
                        "{\"prompt\": \"Once\", \"stream\": true, \"stream_options\": {\"include_usage\": true}}")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(String.valueOf(body).replaceAll("\"id\":\"cmpl-[0-9a-f]{16}\"", "ID"))
                .isEqualTo("""
                data: {ID,"object":"text_completion","created":1700000000,"model":"exoflux/scripted","choices":[{"index":0,"text":"H","logprobs":null,"finish_reason":null}]}

                data: {ID,"object":"text_completion","created":1700000000,"model":"exoflux/scripted","choices":[{"index":0,"text":"i","logprobs":null,"finish_reason":null}]}

                data: {ID,"object":"text_completion","created":1700000000,"model":"exoflux/scripted","choices":[{"index":0,"text":"","logprobs":null,"finish_reason":"stop"}]}

                data: {ID,"object":"text_completion","created":1700000000,"model":"exoflux/scripted","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":4}}}

                data: [DONE]

                """);
    }

    private void complete(String request, String expected) {
        server.post("/v1/completions", request)
                .expectStatus()
                .isOk()
                .expectBody()
                .json(expected, JsonCompareMode.LENIENT);
    }
}
