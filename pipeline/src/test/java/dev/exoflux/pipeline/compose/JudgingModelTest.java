package dev.exoflux.pipeline.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import dev.exoflux.pipeline.Token.Verdict;
import dev.exoflux.pipeline.compose.Validated.OnLoss;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a judge is asked, and what is made of its logits. */
final class JudgingModelTest {

    private static final GenerationRequest ABOUT = Script.request("the prompt").withScheduling(Script.URGENT);

    /** A model whose tokens are the letters that words begin with. */
    private record Letters(String yes) implements ServedModel, ServedModels {

        @Override
        public List<ServedModel> all() {
            return List.of(this);
        }

        @Override
        public ServedModel require(String id) {
            return this;
        }

        @Override
        public String id() {
            return "judge";
        }

        @Override
        public State state() {
            return State.READY;
        }

        @Override
        public int contextLength() {
            return 100;
        }

        @Override
        public SamplingSettings sampling() {
            return SamplingSettings.GREEDY;
        }

        @Override
        public Mono<int[]> encode(Prompt prompt) {
            return Mono.just(new int[0]);
        }

        @Override
        public Mono<int[]> encode(String text, boolean addSpecial) {
            return Mono.just(
                    text.equals("yes") ? yes.chars().toArray() : text.chars().toArray());
        }

        @Override
        public Mono<String> render(Prompt.Chat conversation) {
            return Mono.just("");
        }

        @Override
        public Mono<String> decode(int[] ids) {
            return Mono.just("");
        }

        @Override
        public byte[] bytesOf(int id) {
            return new byte[0];
        }
    }

    private static JudgingModel judge(Script script) {
        return new JudgingModel(script, new Letters("yes"), "judge", "Is it kind?");
    }

    /** One token, with the log-probabilities of it and of others. */
    private static Flux<Token> verdict(char said, float logprob, Map<Character, Float> others) {
        List<Sampled.Alternative> top = others.entrySet().stream()
                .map(other -> new Sampled.Alternative(other.getKey(), other.getValue()))
                .toList();
        Finish end = new Finish(FinishReason.LENGTH, 1, 0, 1, null);
        return Flux.just(new Token(said, "", false, new Sampled.Logprobs(logprob, top), end));
    }

    @Test
    void asksForOneOfTwoTokens() {
        Script script = Script.of(verdict('y', -1, Map.of('n', -2f)));
        assertThat(judge(script).likes(ABOUT, "the answer").block(Script.PATIENCE))
                .isCloseTo(1 / (1 + Math.exp(-1)), within(1e-6));
        GenerationRequest asked = script.requests().getFirst();
        assertThat(asked.model()).isEqualTo("judge");
        assertThat(asked.maxTokens()).isEqualTo(1);
        assertThat(asked.sampling().logitBias()).containsOnlyKeys((int) 'y', (int) 'n');
        assertThat(asked.sampling().temperature()).isZero();
        assertThat(asked.scheduling()).isEqualTo(Script.URGENT);
        assertThat(PromptText.of(asked.prompt()))
                .containsSubsequence("Is it kind?", "the prompt", "the answer", "yes or no");
    }

    @Test
    void aRoutersQuestionStandsBesideOthersAsItsRequestDoes() {
        Script script = Script.saying("Yes");
        assertThat(RouteCondition.answer(judge(script), "^Yes").holds(ABOUT).block(Script.PATIENCE))
                .isTrue();
        assertThat(script.requests())
                .singleElement()
                .extracting(GenerationRequest::scheduling)
                .isEqualTo(Script.URGENT);
    }

    /** What it says, its log-probability, that of the other word or of some third. */
    @ParameterizedTest
    @CsvSource({"n, -1, y, -2, 0.269", "y, -3, x, -5, 0.881", "n, -30, x, -1, 0.5", "y, -1, n, -1, 0.5"})
    void weighsTheTwoAgainstEachOther(char said, float logprob, char other, float otherLogprob, double likes) {
        Script script = Script.of(verdict(said, logprob, Map.of(other, otherLogprob)));
        assertThat(judge(script).likes(ABOUT, null).block(Script.PATIENCE)).isCloseTo(likes, within(1e-3));
    }

    @Test
    void goesOnFromATextWhereTheModelHoldsNoConversations() {
        Script script = Script.of(Flux.error(new ExofluxException(ErrorCode.TEMPLATE_ERROR, "No template.")));
        StepVerifier.create(judge(script).likes(ABOUT, null))
                .expectErrorMessage("No template.")
                .verify(Script.PATIENCE);
        assertThat(script.requests())
                .extracting(GenerationRequest::prompt)
                .hasExactlyElementsOfTypes(Prompt.Chat.class, Prompt.Text.class);
    }

    @Test
    void refusesWhatItCannotJudge() {
        refuses(
                judge(Script.silent()).likes(ABOUT.withPrompt(new Prompt.Ids(List.of(1))), null),
                ErrorCode.INVALID_REQUEST);
        refuses(
                new JudgingModel(Script.silent(), new Letters("no"), "judge", "Is it?").likes(ABOUT, null),
                ErrorCode.UNSUPPORTED);
        refuses(judge(Script.of(verdict('x', -1, Map.of('y', -2f)))).likes(ABOUT, null), ErrorCode.UNSUPPORTED);
    }

    private static void refuses(Mono<Double> likes, ErrorCode code) {
        StepVerifier.create(likes)
                .expectErrorSatisfies(e -> assertThat(e)
                        .hasMessageContaining("\nMaybe ")
                        .extracting("code")
                        .isEqualTo(code))
                .verify(Script.PATIENCE);
    }

    @Test
    void aPromptItRefusesEndsTheAnswerAndItsQuestionEndsWithTheAnswer() {
        JudgingModel no = judge(Script.of(verdict('n', -1, Map.of('y', -2f))));
        Script answering = Script.silent();
        Validated refused =
                new Validated(answering, List.of(Rules.promptJudged("kind", no)), OnLoss.FAIL, Script.SEVEN);
        Token last =
                Objects.requireNonNull(refused.generate(Script.request("Hello")).blockLast(Script.PATIENCE));
        assertThat(Objects.requireNonNull(last.finish()).verdict()).isEqualTo(new Verdict("kind"));
        assertThat(answering.cancelled()).isLessThanOrEqualTo(1);

        Script thinking = Script.silent();
        Rule rule = Rules.promptJudged("kind", judge(thinking));
        StepVerifier.create(new Validated(Script.saying("a"), List.of(rule), OnLoss.FAIL, Script.SEVEN)
                        .generate(Script.request("Hello")))
                .expectNextCount(1)
                .thenCancel()
                .verify(Script.PATIENCE);
        assertThat(thinking.cancelled()).isEqualTo(1);
    }

    @Test
    void theBestIsTheOneItLikesMost() {
        Script judging = Script.of(Flux.empty());
        JudgingModel byText = new JudgingModel(
                request -> PromptText.of(request.prompt()).contains("good")
                        ? verdict('y', -1, Map.of('n', -2f))
                        : verdict('n', -1, Map.of('y', -2f)),
                new Letters("yes"),
                "judge",
                "Is it?");
        BestOf best = new BestOf(
                List.of(
                        Script.failing(ErrorCode.OVERLOADED),
                        Script.saying("bad"),
                        Script.saying("good"),
                        Script.saying("good too")),
                byText);
        assertThat(Script.text(Objects.requireNonNull(
                        best.generate(Script.request("Hello")).collectList().block(Script.PATIENCE))))
                .isEqualTo("good");
        StepVerifier.create(new BestOf(List.of(Script.failing(ErrorCode.OVERLOADED)), judge(judging))
                        .generate(Script.request("Hello")))
                .expectErrorSatisfies(e -> assertThat(e).extracting("code").isEqualTo(ErrorCode.OVERLOADED))
                .verify(Script.PATIENCE);
        assertThat(judging.asked()).isZero();
    }

    @Test
    void routesByWhatItSays() {
        JudgingModel asked = judge(Script.saying("Yes", ", it is"));
        Routed routed = new Routed(
                List.of(new Route(RouteCondition.answer(asked, "(?i)^\\W*yes\\b"), Script.saying("there"))),
                Script.saying("here"));
        assertThat(Script.text(Objects.requireNonNull(
                        routed.generate(Script.request("Hello")).collectList().block(Script.PATIENCE))))
                .isEqualTo("there");
    }
}
