package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

/** {@code POST /v1/chat/completions} as a stream of events, byte by byte. */
final class ChatStreamTest {

    private final TestServer server = TestServer.scripted();

    @Test
    void sendsTheRoleFirstTheReasonLastAndNothingEmpty() {
        server.peer()
                .script(request -> Flux.just(
                        ScriptedPeer.token('H'),
                        new Token(1, "", false, null, null),
                        new Token(2, "ö", false, null, null),
                        ScriptedPeer.end(Token.FinishReason.STOP, 4)));
        assertThat(stream("")).isEqualTo("""
                data: {HEAD,"choices":[{"index":0,"delta":{"role":"assistant","content":"H"},"logprobs":null,"finish_reason":null}]}

                data: {HEAD,"choices":[{"index":0,"delta":{"content":"ö"},"logprobs":null,"finish_reason":null}]}

                data: {HEAD,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}

                data: [DONE]

                """);
    }

    @Test
    void saysWhichRuleEndedIt() {
        server.peer().script(request -> Flux.just(ScriptedPeer.token('H'), ScriptedPeer.filtered("no-secrets")));
        assertThat(stream("")).endsWith("""
                data: {HEAD,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"content_filter"}],"exoflux":{"validated":false,"rule":"no-secrets","response":"H"}}

                data: [DONE]

                """);
    }

    @Test
    void sendsUsageOnlyWhenAsked() {
        assertThat(stream(", \"stream_options\": {\"include_usage\": true}")).endsWith("""
                ,"finish_reason":"stop"}]}

                data: {HEAD,"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":4}}}

                data: [DONE]

                """);
        assertThat(stream(", \"stream_options\": {\"include_usage\": false}")).doesNotContain("usage");
    }

    @Test
    void sendsAnAnswerThatEndsAtOnceWithItsRole() {
        server.peer().answer("");
        assertThat(stream("")).isEqualTo("""
                data: {HEAD,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":"stop"}]}

                data: [DONE]

                """);
    }

    @Test
    void sendsSeveralAnswersSideBySide() {
        String stream = stream(", \"n\": 2");
        IntStream.range(0, 2)
                .forEach(choice -> assertThat(stream)
                        .containsOnlyOnce(
                                "{\"index\":%d,\"delta\":{\"role\":\"assistant\",\"content\":\"H\"}".formatted(choice))
                        .containsOnlyOnce("{\"index\":%d,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}"
                                .formatted(choice)));
        assertThat(stream).endsWith("data: [DONE]\n\n");
    }

    @Test
    void sendsTokensThatShowNothingYetWithTheTextTheyBecome() {
        Sampled.Logprobs scores = new Sampled.Logprobs(-1, List.of());
        server.peer()
                .script(request -> Flux.just(
                        new Token('a', "", false, scores, null),
                        new Token('b', "ab", false, scores, null),
                        new Token('c', "", false, scores, new Token.Finish(Token.FinishReason.STOP, 5, 0, 3, "c"))));
        assertThat(stream(", \"logprobs\": true, \"return_token_ids\": true"))
                .contains("""
                "delta":{"role":"assistant","content":"ab"},"logprobs":{"content":[\
                {"token":"a","logprob":-1.0,"bytes":[97],"top_logprobs":[]},\
                {"token":"b","logprob":-1.0,"bytes":[98],"top_logprobs":[]}]},"finish_reason":null,"token_ids":[97,98]}]""")
                .contains("""
                        "delta":{},"logprobs":{"content":[]},"finish_reason":"stop","token_ids":[99]}]""")
                .containsOnlyOnce("prompt_token_ids");
    }

    @Test
    void answersAnErrorBeforeTheFirstTokenWithItsStatus() {
        server.peer()
                .script(request -> Flux.error(new ExofluxException(ErrorCode.OVERLOADED, "64 requests wait already.")));
        exchange("")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody()
                .json("""
                        {"error": {"message": "64 requests wait already.", "type": "rate_limit_error", "param": null,
                                   "code": "overloaded"}}""");
    }

    @Test
    void sendsALaterErrorAsAnEventAndNoNormalEnd() {
        server.peer()
                .script(request -> Flux.concat(
                        Flux.just(ScriptedPeer.token('H')),
                        Flux.error(new ExofluxException(ErrorCode.SHUTTING_DOWN, "The peer is shutting down."))));
        assertThat(stream("")).endsWith("""
                data: {"error":{"message":"The peer is shutting down.","type":"server_error","param":null,"code":"shutting_down"}}

                """).doesNotContain("[DONE]");
    }

    @Test
    void saysNothingOfTheInsideOfADefect() {
        server.peer()
                .script(request -> Flux.concat(
                        Flux.just(ScriptedPeer.token('H')), Flux.error(new IllegalStateException("secret"))));
        assertThat(stream("")).contains("\"code\":\"internal\"").doesNotContain("secret", "[DONE]");
    }

    private String stream(String more) {
        String body = exchange(more)
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return String.valueOf(body)
                .replaceAll(
                        "\"id\":\"chatcmpl-[0-9a-f]{16}\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                                + "\"model\":\"exoflux/scripted\"",
                        "HEAD");
    }

    private WebTestClient.ResponseSpec exchange(String more) {
        return server.post(
                "/v1/chat/completions",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"stream\": true%s}".formatted(more));
    }
}
