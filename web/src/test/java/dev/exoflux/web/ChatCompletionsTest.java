package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import reactor.core.publisher.Flux;

/** {@code POST /v1/chat/completions} without a stream. */
final class ChatCompletionsTest {

    private final TestServer server = TestServer.scripted();

    @Test
    void answersInOneBody() {
        chat("""
                {"model": "exoflux/scripted", "messages": [{"role": "user", "content": "Hello"}]}""", """
                {"object": "chat.completion", "created": 1700000000, "model": "exoflux/scripted",
                 "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"},
                              "logprobs": null, "finish_reason": "stop"}],
                 "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8,
                           "prompt_tokens_details": {"cached_tokens": 4}}}""");
    }

    @Test
    void saysWhatBecameOfItsValidatorAndItsGuesses() {
        Token.Finish finish = new Token.Finish(Token.FinishReason.STOP, 5, 4, 9, new Speculated(8, 6), null);
        Flux<Token> valid =
                Flux.just(ScriptedPeer.token('Y'), Token.notice("o").withFinish(finish.with(Token.Verdict.VALID)));
        server.peer().script(request -> valid);
        chat("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}", """
                {"choices": [{"index": 0, "finish_reason": "stop"}],
                 "exoflux": {"validated": true, "response": "Yo", "speculative": {"proposed": 8, "accepted": 6}}}""");
        Flux<Token> broken = Flux.just(ScriptedPeer.token('H'), ScriptedPeer.filtered("no-secrets"));
        server.peer().script(request -> request.sampling().seed() == 1 ? broken : valid);
        chat(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"n\": 2, \"seed\": 1, \"logprobs\": true, \"return_token_ids\": true}",
                """
                {"choices": [{"index": 0, "finish_reason": "content_filter", "message": {"content": "H"}, "token_ids": [72]}, {"index": 1}],
                 "exoflux": {"validated": false, "rule": "no-secrets", "speculative": {"proposed": 8, "accepted": 6}}}""");
    }

    @Test
    void handsOnWhatHeadersSayToRouters() {
        server.client()
                .post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .header("X-Team", "blue")
                .header("X-Api-Key", "secret")
                .header("X-Long", "x".repeat(GenerationRequest.LONGEST_HINT + 1))
                .bodyValue("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}")
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(server.peer().request().hints()).isEqualTo(Map.of("x-team", "blue"));
    }

    @Test
    void asksAsTheModelsMakersWouldWhereTheRequestSaysNothing() {
        post("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}");
        GenerationRequest request = server.peer().request();
        assertThat(request.model()).isEqualTo("exoflux/scripted");
        assertThat(request.prompt())
                .isEqualTo(new Prompt.Chat(List.of(Map.of("role", "user", "content", "Hello")), Map.of()));
        assertThat(request.maxTokens()).isEqualTo(GenerationRequest.TO_THE_END);
        assertThat(request.stop()).isEmpty();
        assertThat(request.ignoreEos()).isFalse();
        assertThat(request.echo()).isFalse();
        SamplingSettings makers = server.peer().all().getFirst().sampling();
        assertThat(request.sampling())
                .isEqualTo(makers.toBuilder().seed(request.sampling().seed()).build());
    }

    @Test
    void passesEverySettingOn() {
        post("""
                {"messages": [{"role": "user", "content": "Hello"}], "max_completion_tokens": 7, "stop": ["a", "b"],
                 "temperature": 1.5, "top_p": 0.5, "top_k": 3, "min_p": 0.25, "repetition_penalty": 1.25,
                 "presence_penalty": 0.5, "frequency_penalty": -0.5, "logit_bias": {"7": -100, "8": 1.5}, "seed": -4,
                 "ignore_eos": true, "logprobs": true, "top_logprobs": 2, "chat_template_kwargs": {"enable_thinking": false}}""");
        GenerationRequest request = server.peer().request();
        assertThat(request.sampling())
                .isEqualTo(new SamplingSettings(
                        1.5f, 3, 0.5f, 0.25f, 1.25f, 0.5f, -0.5f, Map.of(7, -100f, 8, 1.5f), -4, 2));
        assertThat(request.maxTokens()).isEqualTo(7);
        assertThat(request.stop()).containsExactly("a", "b");
        assertThat(request.ignoreEos()).isTrue();
        assertThat(((Prompt.Chat) request.prompt()).variables()).isEqualTo(Map.of("enable_thinking", false));
    }

    @Test
    void acceptsWhatChangesNothing() {
        chat("""
                {"messages": [{"role": "user", "content": "Hello"}], "user": "me", "metadata": {"a": "b"}, "store": false,
                 "n": 1, "response_format": {"type": "text"}, "tools": [], "tool_choice": "none", "stream": false,
                 "stop": null, "temperature": null, "service_tier": "auto", "something_new": null}""", "{}");
    }

    @Test
    void takesOneStopStringForAListOfOne() {
        post("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"stop\": \"END\"}");
        assertThat(server.peer().request().stop()).containsExactly("END");
    }

    @Test
    void readsMessagesAsATemplateDoes() {
        post("""
                {"messages": [
                  {"role": "developer", "content": "Be brief."},
                  {"role": "user", "name": "Ann", "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}]},
                  {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\\"x\\": [1, null]}"}}]},
                  {"role": "tool", "tool_call_id": "1", "content": "42"}]}""");
        List<Map<String, Object>> messages =
                ((Prompt.Chat) server.peer().request().prompt()).messages();
        assertThat(messages.get(0)).isEqualTo(Map.of("role", "system", "content", "Be brief."));
        assertThat(messages.get(1)).isEqualTo(Map.of("role", "user", "name", "Ann", "content", "One\nTwo"));
        assertThat(messages.get(2).get("content")).isEqualTo("");
        assertThat(messages.get(2).get("tool_calls"))
                .asString()
                .isEqualTo("[{id=1, type=function, function={name=f, arguments={x=[1, null]}}}]");
        assertThat(messages.get(3)).isEqualTo(Map.of("role", "tool", "tool_call_id", "1", "content", "42"));
    }

    @Test
    void givesEachOfSeveralAnswersASeedOfItsOwn() {
        chat("{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"n\": 3, \"seed\": 42}", """
                {"choices": [{"index": 0, "message": {"content": "Hi"}}, {"index": 1}, {"index": 2, "finish_reason": "stop"}],
                 "usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14,
                           "prompt_tokens_details": {"cached_tokens": 4}}}""");
        List<Long> seeds = server.peer().requests().stream()
                .map(request -> request.sampling().seed())
                .toList();
        assertThat(seeds).doesNotHaveDuplicates().hasSize(3).contains(42L);
    }

    @Test
    void tellsWhenAnAnswerWasCutOff() {
        server.peer()
                .script(request -> Flux.just(ScriptedPeer.token('H'), ScriptedPeer.end(Token.FinishReason.LENGTH, 2)));
        chat(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"max_tokens\": 2}",
                "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\": \"H\"}}]}");
    }

    @Test
    void givesTokensWithTheirBytesAndLogprobs() {
        Sampled.Logprobs scores = new Sampled.Logprobs(
                -0.5f,
                List.of(new Sampled.Alternative('é', -0.5f), new Sampled.Alternative('x', Float.NEGATIVE_INFINITY)));
        server.peer()
                .script(request -> Flux.just(
                        new Token('é', "é", false, scores, null),
                        new Token(0, "", false, scores, new Token.Finish(Token.FinishReason.STOP, 5, 0, 2, null))));
        chat("""
                {"messages": [{"role": "user", "content": "Hello"}], "logprobs": true, "top_logprobs": 2,
                 "return_token_ids": true}""", """
                {"choices": [{"token_ids": [233, 0], "logprobs": {"content": [
                   {"token": "é", "logprob": -0.5, "bytes": [195, 169], "top_logprobs": [
                     {"token": "é", "logprob": -0.5, "bytes": [195, 169]},
                     {"token": "x", "logprob": -9999.0, "bytes": [120]}]}]}}]}""");
    }

    @Test
    void givesTheIdsOfThePromptItAnswered() {
        server.post("/v1/chat/completions", """
                        {"messages": [{"role": "user", "content": "Hello"}], "return_token_ids": true}""")
                .expectBody()
                .jsonPath("$.prompt_token_ids")
                .value(ids -> assertThat((List<?>) ids)
                        .isEqualTo("[{role=user, content=Hello}] {}"
                                .chars()
                                .boxed()
                                .toList()))
                .jsonPath("$.choices[0].token_ids")
                .isEqualTo(List.of((int) 'H', (int) 'i', 0));
    }

    private void chat(String request, String expected) {
        server.post("/v1/chat/completions", request)
                .expectStatus()
                .isOk()
                .expectBody()
                .json(expected, JsonCompareMode.LENIENT);
    }

    private void post(String request) {
        chat(request, "{}");
    }
}
