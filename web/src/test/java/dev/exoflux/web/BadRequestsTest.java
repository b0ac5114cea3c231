package dev.exoflux.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.ServedModel;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

/** What cannot be answered is refused in OpenAI's shape, with the right status, naming the field and its value. */
final class BadRequestsTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETION = "/v1/completions";

    private final TestServer server = TestServer.scripted();

    static Stream<String> badChatFields() {
        return Stream.of(
                "'temperature': 'hot'      | temperature                | \"hot\"",
                "'temperature': -1         | temperature                | -1",
                "'temperature': 1e99       | temperature                | ",
                "'top_p': 0                | top_p                      | 0",
                "'top_p': 1.5              | top_p                      | 1.5",
                "'top_k': 1.5              | top_k                      | 1.5",
                "'min_p': 2                | min_p                      | 2",
                "'repetition_penalty': 0   | repetition_penalty         | 0",
                "'presence_penalty': 3     | presence_penalty           | 3",
                "'frequency_penalty': -3   | frequency_penalty          | -3",
                "'max_tokens': 0           | max_tokens                 | 0",
                "'max_tokens': 1e30        | max_tokens                 | 1.0E30",
                "'max_completion_tokens': '5' | max_completion_tokens   | \"5\"",
                "'max_tokens': 5, 'max_completion_tokens': 6 | max_tokens | 6",
                "'n': 0                    | n                          | 0",
                "'n': 100000               | n                          | 100000",
                "'seed': 1.5               | seed                       | 1.5",
                "'seed': 99999999999999999999 | seed                    | 99999999999999999999",
                "'stop': 7                 | stop                       | 7: it must be a string or an array",
                "'stop': ['a', 7]          | stop[1]                    | 7",
                "'stop': ''                | stop                       | \"\"",
                "'stream': 'yes'           | stream                     | \"yes\"",
                "'stream_options': {'include_usage': true} | stream_options | include_usage",
                "'stream': true, 'stream_options': {'usage': true} | stream_options.usage | true",
                "'logprobs': 1             | logprobs                   | 1",
                "'top_logprobs': 3         | top_logprobs               | 3",
                "'logprobs': true, 'top_logprobs': 21 | top_logprobs    | 21",
                "'logit_bias': {'x': 1}    | logit_bias.x               | 1",
                "'logit_bias': {'7': 'a'}  | logit_bias.7               | \"a\"",
                "'logit_bias': {'7': 101}  | logit_bias                 | 101",
                "'logit_bias': [1]         | logit_bias                 | [1]",
                "'ignore_eos': 0           | ignore_eos                 | 0",
                "'tools': [{'type': 'function'}] | tools                | function",
                "'tool_choice': 'auto'     | tool_choice                | \"auto\"",
                "'response_format': {'type': 'json_object'} | response_format | json_object",
                "'store': true             | store                      | true",
                "'reasoning_effort': 'low' | reasoning_effort           | \"low\"",
                "'temprature': 1           | temprature                 | 1",
                "'model': 7                | model                      | 7",
                "'chat_template_kwargs': 1 | chat_template_kwargs       | 1",
                "'messages': 'Hello'       | messages                   | \"Hello\"",
                "'messages': []            | messages                   | []",
                "'messages': {}            | messages                   | {}",
                "'messages': ['Hello']     | messages[0]                | \"Hello\"",
                "'messages': [{'content': 'x'}] | messages[0].role      | missing",
                "'messages': [{'role': 'robot', 'content': 'x'}] | messages[0].role | \"robot\"",
                "'messages': [{'role': 'user'}] | messages[0].content   | missing",
                "'messages': [{'role': 'user', 'content': 7}] | messages[0].content | 7: it must be a string or an array",
                "'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}] | messages[0].content[0].type | image_url",
                "'messages': [{'role': 'user', 'content': [{'type': 'text'}]}] | messages[0].content[0].text | missing",
                "'messages': [{'role': 'user', 'content': 'x', 'mood': 'good'}] | messages[0].mood | \"good\"",
                "'messages': [{'role': 'assistant', 'tool_calls': [{'function': {'arguments': '{'}}]}] "
                        + "| messages[0].tool_calls[0].function.arguments | {");
    }

    @ParameterizedTest
    @MethodSource("badChatFields")
    void refusesABadFieldOfAChat(String example) {
        Map<String, String> error = refused(CHAT, "'messages': [{'role': 'user', 'content': 'Hello'}]", example);
        assertThat(error.get("type")).isEqualTo("invalid_request_error");
    }

    static Stream<String> badCompletionFields() {
        return Stream.of(
                "'prompt': null            | prompt       | missing",
                "'prompt': 7               | prompt       | 7",
                "'prompt': []              | prompt       | []",
                "'prompt': ['a', 7]        | prompt[1]    | 7",
                "'prompt': [1, 'a']        | prompt[1]    | \"a\"",
                "'prompt': [-1]            | prompt[0]    | -1",
                "'prompt': [[1], [2.5]]    | prompt[1][0] | 2.5",
                "'prompt': [[1], 2]        | prompt[1]    | 2",
                "'suffix': 'x'             | suffix       | \"x\"",
                "'best_of': 2              | best_of      | 2",
                "'echo': 'yes'             | echo         | \"yes\"",
                "'max_tokens': 0           | max_tokens   | 0",
                "'logprobs': true          | logprobs     | true",
                "'logprobs': 21            | logprobs     | 21",
                "'messages': []            | messages     | []");
    }

    @ParameterizedTest
    @MethodSource("badCompletionFields")
    void refusesABadFieldOfACompletion(String example) {
        refused(COMPLETION, "'prompt': 'Once'", example);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /tokenize       | {}                                   | content     | missing
            /tokenize       | {'content': 'a', 'parse_special': false} | parse_special | false
            /detokenize     | {'tokens': 'a'}                      | tokens      | "a"
            /detokenize     | {'tokens': [1, -2]}                  | tokens[1]   | -2
            /detokenize     | {}                                   | tokens      | missing
            /apply-template | {}                                   | messages    | missing
            /apply-template | {'messages': [1]}                    | messages[0] | 1
            """)
    void refusesABadFieldOfTheTokenEndpoints(String path, String body, String param, String value) {
        Map<String, String> error = error(server.post(path, body.replace('\'', '"')), 400);
        assertThat(error).containsEntry("param", param);
        assertThat(error.get("message")).contains(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages": [}         | line 1, column 15
            {"n": 1, "n": 2}        | Duplicate
            {"n": 1} {"n": 2}       | line 1
            {"n": NaN}              | line 1, column
            [1]                     | a JSON array
            "Hello"                 | a JSON string
            null                    | a JSON null
            {"n": 1                 | line 1, column
            """)
    void refusesMalformedJson(String body, String reason) {
        Map<String, String> error = error(server.post(CHAT, body), 400);
        assertThat(error).containsEntry("param", "body");
        assertThat(error.get("message")).contains(reason).doesNotContain("Source", "StreamRead");
    }

    @Test
    void refusesAnEmptyBodyAndOneThatIsTooDeep() {
        assertThat(error(server.post(CHAT, ""), 400).get("message")).contains("empty");
        String deep = "{\"metadata\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThat(error(server.post(CHAT, deep), 400).get("message")).contains("depth");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        String large = "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}".formatted("x".repeat(5 << 20));
        assertThat(error(server.post(CHAT, large), 413).get("message")).contains("4194304");
    }

    @Test
    void refusesABodyThatIsNotDeclaredAsJson() {
        WebTestClient.ResponseSpec form = server.client()
                .post()
                .uri(CHAT)
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue("{}")
                .exchange();
        assertThat(error(form, 415).get("message"))
                .contains("application/x-www-form-urlencoded")
                .contains("application/json");
        WebTestClient.ResponseSpec none = server.client()
                .post()
                .uri(CHAT)
                .bodyValue(new byte[] {'{', '}'})
                .exchange();
        error(none, 415);
    }

    @Test
    void refusesAnUnknownPathAndAWrongMethod() {
        assertThat(error(server.get("/v1/chat"), 404).get("message")).contains("GET /v1/chat.");
        server.get(CHAT).expectHeader().valueEquals("Allow", "POST");
        assertThat(error(server.get(CHAT), 405).get("message")).contains("GET");
        error(server.post("/v1/models", "{}"), 405);
    }

    @Test
    void refusesAnUnknownModel() {
        assertThat(error(server.post(CHAT, """
                        {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello"}]}"""), 404))
                .containsEntry("param", "model")
                .containsEntry("code", "model_not_found");
    }

    @Test
    void asksWhichOfSeveralModelsIsMeant() {
        server.peer()
                .serve(
                        new ScriptedPeer.ScriptedModel("a/b", ServedModel.State.READY),
                        new ScriptedPeer.ScriptedModel("c/d", ServedModel.State.READY));
        assertThat(error(server.post(CHAT, "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"), 400))
                .containsEntry("param", "model")
                .extractingByKey("message")
                .asString()
                .contains("a/b", "c/d");
    }

    @Test
    void asksToComeBackWhileTheModelLoads() {
        server.peer().serve(new ScriptedPeer.ScriptedModel("a", ServedModel.State.LOADING));
        String body = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"stream\": true}";
        server.post(CHAT, body).expectHeader().valueEquals("Retry-After", "1");
        assertThat(error(server.post(CHAT, body), 503)).containsEntry("code", "loading");
        error(server.post("/tokenize", "{\"content\": \"a\"}"), 503);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void givesEveryErrorItsStatus(ErrorCode code) {
        server.peer().script(request -> Flux.error(new ExofluxException(code, "What went wrong.")));
        int status = switch (code) {
            case INVALID_REQUEST, CONTEXT_EXCEEDED, UNSUPPORTED, TEMPLATE_ERROR, NOT_DIVISIBLE, RDMA_UNAVAILABLE -> 400;
            case MODEL_NOT_FOUND -> 404;
            case OVERLOADED -> 429;
            case DEADLINE_EXCEEDED -> 504;
            case MODEL_INVALID, INVALID_CONFIGURATION, OUT_OF_MEMORY, PROTOCOL, INTERNAL -> 500;
            case LOADING,
                    SHUTTING_DOWN,
                    PEER_LOST,
                    BACKEND_LOST,
                    RING_UNKNOWN,
                    VALIDATOR_LOST,
                    NO_PEERS,
                    INSUFFICIENT_MEMORY,
                    NOT_CONNECTED -> 503;
        };
        WebTestClient.ResponseSpec response = server.post(COMPLETION, "{\"prompt\": \"Once\"}");
        response.expectHeader()
                .values("Retry-After", values -> assertThat(values != null).isEqualTo(code.retryable()));
        assertThat(error(response, status)).containsEntry("message", "What went wrong.");
    }

    @Test
    void tellsNothingOfTheInsideOfADefect() {
        server.peer().script(request -> Flux.error(new IllegalStateException("secret")));
        assertThat(error(server.post(COMPLETION, "{\"prompt\": \"Once\"}"), 500).toString())
                .doesNotContain("secret", "IllegalState");
    }

    /** Sends {@code good} with the fields of the example in their place, and checks the field and value it names. */
    private Map<String, String> refused(String path, String good, String example) {
        String[] parts = example.split("\\|", -1);
        String fields = parts[0].strip();
        String name = good.substring(0, good.indexOf(':') + 1);
        String body = fields.startsWith(name) ? fields : good + ", " + fields;
        Map<String, String> error = error(server.post(path, ("{" + body + "}").replace('\'', '"')), 400);
        assertThat(error).containsEntry("param", parts[1].strip());
        assertThat(error.get("message")).contains(parts[1].strip()).contains(parts[2].strip());
        return error;
    }

    private static Map<String, String> error(WebTestClient.ResponseSpec response, int status) {
        Map<String, Map<String, String>> body = response.expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody(new ParameterizedTypeReference<Map<String, Map<String, String>>>() {})
                .returnResult()
                .getResponseBody();
        assertThat(body).containsOnlyKeys("error");
        Map<String, String> error = requireNonNull(body).get("error");
        assertThat(error).containsOnlyKeys("message", "type", "param", "code");
        return requireNonNull(error);
    }
}
