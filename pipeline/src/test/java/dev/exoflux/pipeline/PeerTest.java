package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Text in, text out: a tiny real model with its tokenizer. */
final class PeerTest {

    private static final String MODEL = "test/llama-mha";
    private static final Prompt.Text PROMPT = new Prompt.Text("How many layers fit on this device? 모델 and 🚀");

    @TempDir
    private Path folder;

    @TempDir
    private static Path libraries;

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private Path directory = Path.of("");
    private Peer peer;

    @BeforeEach
    void start() throws IOException {
        directory = TestModels.copy(folder, "llama-mha");
        peer = serve();
    }

    @AfterEach
    void leavesNothingBehind() {
        peer.close();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    private Peer serve() {
        Peer served = Peer.start(List.of(TestModels.open(directory)), backend, TestRing.settings(2, 16), libraries);
        served.loaded().block(TestRing.PATIENCE);
        return served;
    }

    /** Serves the model anew with so and so many tokens that end an answer. */
    private void endAt(int... eosIds) throws IOException {
        peer.close();
        Files.writeString(
                directory.resolve("generation_config.json"), "{\"eos_token_id\": " + Arrays.toString(eosIds) + "}");
        peer = serve();
    }

    private static GenerationRequest request(Prompt prompt, int maxTokens, String... stop) {
        return new GenerationRequest(MODEL, prompt, SamplingSettings.GREEDY, maxTokens, List.of(stop), false, false);
    }

    private List<Token> answer(GenerationRequest request) {
        return Objects.requireNonNull(peer.generate(request).collectList().block(TestRing.PATIENCE));
    }

    private static String text(List<Token> tokens) {
        return tokens.stream().map(Token::text).collect(Collectors.joining());
    }

    private static Finish finish(List<Token> tokens) {
        assertThat(tokens.subList(0, tokens.size() - 1)).allMatch(token -> token.finish() == null);
        return Objects.requireNonNull(tokens.getLast().finish());
    }

    private void holdsOnlyWhatMayServeAgain() {
        BatcherMetrics metrics = peer.metrics(MODEL);
        assertThat(metrics.live()).isZero();
        assertThat(metrics.prefixes().sequences()).isPositive();
        assertThat(metrics.cacheBytes()).isEqualTo(metrics.prefixes().bytes()).isEqualTo(metrics.reservedBytes());
    }

    private ServedModel model() {
        return peer.require(MODEL);
    }

    private int[] promptIds() {
        return Objects.requireNonNull(model().encode(PROMPT).block(TestRing.PATIENCE));
    }

    @Test
    void textIsNeverWorkForAThreadThatComputes() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        model().encode(PROMPT)
                .doOnNext(ids -> threads.add(Thread.currentThread().getName()))
                .then(model().decode(promptIds()))
                .doOnNext(text -> threads.add(Thread.currentThread().getName()))
                .thenMany(peer.generate(request(PROMPT, 5)))
                .doOnNext(token -> threads.add(Thread.currentThread().getName())) // where it got its text
                .blockLast(TestRing.PATIENCE);
        assertThat(threads)
                .isNotEmpty()
                .allMatch(name -> name.startsWith("parallel-") || name.startsWith("boundedElastic-"));
    }

    @Test
    void givesEachTokenItsText() {
        List<Token> tokens = answer(request(PROMPT, 30));

        assertThat(tokens).hasSize(30).noneMatch(Token::prompt);
        int[] ids = tokens.stream().mapToInt(Token::id).toArray();
        String whole = Objects.requireNonNull(model().decode(ids).block(TestRing.PATIENCE));
        assertThat(text(tokens)).isEqualTo(whole);
        assertThat(finish(tokens)).isEqualTo(new Finish(FinishReason.LENGTH, promptIds().length, 0, 30, null));
    }

    @Test
    void decodesNoTokenThatTheModelDoesNotHave() {
        StepVerifier.create(model().decode(new int[] {310, 311}))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).hasMessageContaining("token 311").hasMessageContaining("0 to 310");
                    assertThat(failure).extracting("code").isEqualTo(ErrorCode.INVALID_REQUEST);
                })
                .verify(TestRing.PATIENCE);
    }

    @Test
    void startsAnAnswerForEachSubscription() {
        Flux<Token> answers = peer.generate(request(PROMPT, 5));
        List<Token> first = Objects.requireNonNull(answers.collectList().block(TestRing.PATIENCE));
        List<Token> second = Objects.requireNonNull(answers.collectList().block(TestRing.PATIENCE));
        assertThat(second).startsWith(first.subList(0, 4).toArray(Token[]::new)).hasSize(5);
        assertThat(text(second)).isEqualTo(text(first));
        assertThat(finish(first).cachedTokens()).isZero();
        assertThat(finish(second).cachedTokens()).as("all but the last").isEqualTo(promptIds().length - 1);
    }

    @Test
    void takesExactlySevenStepsForSevenTokens() {
        StepVerifier.create(peer.generate(request(PROMPT, 100)), 0)
                .thenRequest(7)
                .expectNextCount(7)
                .then(() -> assertThat(peer.metrics(MODEL).sequences())
                        .singleElement()
                        .returns(7, BatcherMetrics.Live::steps))
                .thenCancel()
                .verify(TestRing.PATIENCE);
        await().atMost(TestRing.PATIENCE).untilAsserted(this::holdsOnlyWhatMayServeAgain);
    }

    @Test
    void endsWithTheModelsEndOfSequence() throws IOException {
        List<Token> unbounded = answer(request(PROMPT, 30));
        int eos = unbounded.get(9).id();
        int at = unbounded.stream().map(Token::id).toList().indexOf(eos);
        endAt(3, eos);

        List<Token> tokens = answer(request(PROMPT, 30));

        assertThat(tokens).hasSize(at + 1);
        assertThat(text(tokens)).startsWith(text(unbounded.subList(0, at)));
        assertThat(finish(tokens)).isEqualTo(new Finish(FinishReason.STOP, promptIds().length, 0, at + 1, null));
        GenerationRequest on =
                new GenerationRequest(MODEL, PROMPT, SamplingSettings.GREEDY, 30, List.of(), true, false);
        assertThat(answer(on))
                .extracting(Token::id, Token::text)
                .containsExactlyElementsOf(unbounded.stream()
                        .map(token -> tuple(token.id(), token.text()))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void endsBeforeAStopStringWhereverTokensAreCut(int length) {
        String whole = text(answer(request(PROMPT, 40)));
        for (int from = 3; from < whole.length() - length; from += 7) {
            String stop = whole.substring(from, from + length);
            List<Token> tokens = answer(request(PROMPT, 40, "never to be found", stop));

            assertThat(text(tokens)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
            assertThat(finish(tokens).reason()).isEqualTo(FinishReason.STOP);
            assertThat(finish(tokens).stopString()).isEqualTo(stop);
            assertThat(finish(tokens).completionTokens()).isEqualTo(tokens.size());
        }
        await().atMost(TestRing.PATIENCE).untilAsserted(this::holdsOnlyWhatMayServeAgain);
    }

    @Test
    void echoesThePromptWithItsLogProbabilities() {
        SamplingSettings scored = SamplingSettings.builder().topLogprobs(2).build();
        List<Token> tokens = answer(new GenerationRequest(MODEL, PROMPT, scored, 4, List.of(" fit"), false, true));

        int[] ids = promptIds();
        List<Token> prompt = tokens.subList(0, ids.length);
        assertThat(prompt)
                .allMatch(Token::prompt)
                .extracting(Token::id)
                .containsExactlyElementsOf(Arrays.stream(ids).boxed().toList());
        assertThat(text(prompt)).as("a stop string ends answers only").isEqualTo(PROMPT.text());
        assertThat(prompt.getFirst().logprobs()).isNull();
        assertThat(prompt.subList(1, prompt.size())).allSatisfy(token -> {
            assertThat(token.logprobs()).isNotNull();
            assertThat(token.logprobs().chosen()).isNegative();
            assertThat(token.logprobs().top()).hasSize(2);
        });
        assertThat(tokens).hasSize(ids.length + 4);
        assertThat(finish(tokens).promptTokens()).isEqualTo(ids.length);
        assertThat(finish(tokens).completionTokens()).isEqualTo(4);
    }

    @Test
    void fillsTheContextAndNoMore() {
        Prompt.Ids prompt =
                new Prompt.Ids(Arrays.stream(TestRing.prompt(250, 1)).boxed().toList());
        List<Token> tokens = answer(request(prompt, GenerationRequest.TO_THE_END));
        assertThat(tokens).hasSize(6);
        assertThat(finish(tokens).reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void refusesWhatCannotBeAnswered() {
        List<Integer> long256 = Arrays.stream(TestRing.prompt(256, 1)).boxed().toList();
        refuses(request(new Prompt.Text(""), 5), ErrorCode.INVALID_REQUEST, "prompt", "The prompt is empty");
        refuses(request(new Prompt.Ids(List.of()), 5), ErrorCode.INVALID_REQUEST, "prompt", "The prompt is empty");
        refuses(
                request(new Prompt.Ids(List.of(1, 311)), 5),
                ErrorCode.INVALID_REQUEST,
                "prompt",
                "token 311",
                "0 to 310");
        refuses(request(new Prompt.Ids(List.of(-1)), 5), ErrorCode.INVALID_REQUEST, "prompt", "token -1");
        refuses(request(PROMPT, 0), ErrorCode.INVALID_REQUEST, "max_tokens", "max_tokens is 0");
        refuses(
                request(new Prompt.Ids(long256), 1),
                ErrorCode.CONTEXT_EXCEEDED,
                "prompt",
                "256 tokens",
                "context of 256");
    }

    private void refuses(GenerationRequest request, ErrorCode code, String parameter, String... words) {
        StepVerifier.create(peer.generate(request))
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageContainingAll(words)
                        .isInstanceOfSatisfying(ExofluxException.class, e -> {
                            assertThat(e.code()).isEqualTo(code);
                            assertThat(e.parameter()).isEqualTo(parameter);
                        }))
                .verify(TestRing.PATIENCE);
    }

    @Test
    void writesAConversationAsTheModelsTemplateSays() throws IOException {
        peer.close();
        Files.writeString(directory.resolve("chat_template.jinja"), """
                {% for m in messages %}<|im_start|>{{ m.role }}: {{ m.content }}<|im_end|>{% endfor %}
                {%- if add_generation_prompt %}<|im_start|>assistant: {% endif %}""");
        peer = serve();
        Prompt.Chat chat = new Prompt.Chat(List.of(Map.of("role", "user", "content", "Hello")), Map.of());
        String written = "<|im_start|>user: Hello<|im_end|><|im_start|>assistant: ";

        assertThat(model().render(chat).block(TestRing.PATIENCE)).isEqualTo(written);
        assertThat(model().encode(chat).block(TestRing.PATIENCE))
                .startsWith(309)
                .isEqualTo(model().encode(written, false).block(TestRing.PATIENCE));
        Prompt.Chat whole = new Prompt.Chat(chat.messages(), Map.of("add_generation_prompt", false));
        assertThat(model().render(whole).block(TestRing.PATIENCE)).endsWith("Hello<|im_end|>");
        assertThat(answer(request(chat, 3))).hasSize(3);
    }

    @Test
    void hasNoConversationWithAModelWithoutATemplate() {
        Prompt.Chat chat = new Prompt.Chat(List.of(Map.of("role", "user", "content", "Hello")), Map.of());
        StepVerifier.create(peer.generate(request(chat, 3)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR)))
                .verify(TestRing.PATIENCE);
    }

    @Test
    void namesTheModelsItServesToWhoeverAsksForAnother() {
        GenerationRequest other =
                new GenerationRequest("org/other", PROMPT, SamplingSettings.GREEDY, 1, List.of(), false, false);
        StepVerifier.create(peer.generate(other))
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("org/other")
                        .hasMessageContaining(MODEL)
                        .extracting(e -> ((ExofluxException) e).code())
                        .isEqualTo(ErrorCode.MODEL_NOT_FOUND))
                .verify(TestRing.PATIENCE);
    }
}
