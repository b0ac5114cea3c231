package dev.exoflux.pipeline.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import dev.exoflux.pipeline.Token.Verdict;
import dev.exoflux.pipeline.compose.Validated.OnLoss;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Rules beside a stream whose timing the test owns. */
final class ValidatedTest {

    private static final GenerationRequest REQUEST = Script.request("Say something");

    private static Validated validated(Script script, OnLoss onLoss, Rule... rules) {
        return new Validated(script, List.of(rules), onLoss, Script.SEVEN);
    }

    private static Validated validated(Script script, Rule... rules) {
        return validated(script, OnLoss.FAIL, rules);
    }

    private static List<Token> answer(Validated validated) {
        return Objects.requireNonNull(validated.generate(REQUEST).collectList().block(Script.PATIENCE));
    }

    private static Finish finish(List<Token> tokens) {
        return Objects.requireNonNull(tokens.getLast().finish());
    }

    /** A judge that says what, and when, a test wants. */
    private record Judging(String name, Supplier<Mono<Boolean>> prompt, Supplier<Mono<Boolean>> answer)
            implements Rule {

        @Override
        public Mono<Boolean> allows(GenerationRequest request) {
            return prompt.get();
        }

        @Override
        public Mono<Boolean> allows(GenerationRequest request, String whole) {
            return answer.get();
        }
    }

    private static Rule ofPrompt(Mono<Boolean> verdict) {
        return new Judging("judge", () -> verdict, () -> Mono.just(true));
    }

    private static Rule ofAnswer(Mono<Boolean> verdict) {
        return new Judging("judge", () -> Mono.just(true), () -> verdict);
    }

    @Test
    void changesNothingInAnAnswerThatKeepsToItsRules() {
        Sampled.Logprobs logprobs = new Sampled.Logprobs(-1, List.of());
        List<Token> tokens = List.of(
                new Token(3, "echo password", true, null, null),
                new Token(4, "my pass", false, logprobs, null),
                new Token(5, "", false, logprobs, null),
                new Token(6, "age", false, logprobs, null),
                new Token(7, "", false, logprobs, new Finish(FinishReason.STOP, 1, 0, 4, null)));
        List<Token> validated = answer(validated(
                Script.of(Flux.fromIterable(tokens)),
                Rules.forbid("no-secrets", "password"),
                Rules.maxLength("short", 10),
                Rules.require("passage", "my passage")));

        assertThat(validated.subList(0, 4)).isEqualTo(tokens.subList(0, 4));
        assertThat(validated.getLast())
                .isEqualTo(tokens.getLast().withFinish(finish(tokens).with(Verdict.VALID)));
    }

    @Test
    void endsBeforeWhatBreaksARuleAndCancelsTheAnswer() {
        Script script = Script.saying("The ", "pass", "word", " is", " 1234");
        List<Token> tokens = answer(validated(script, Rules.forbid("no-secrets", "(?i)PASSWORD")));

        assertThat(Script.text(tokens)).isEqualTo("The ");
        assertThat(tokens).extracting(Token::id).containsExactly(0, Token.NONE);
        assertThat(finish(tokens))
                .isEqualTo(new Finish(FinishReason.CONTENT_FILTER, 7, 0, 3, null).with(new Verdict("no-secrets")));
        assertThat(script.cancelled()).isEqualTo(1);
        assertThat(script.computed()).as("not one step more").isEqualTo(3);
    }

    @Test
    void tellsOfTheGuessesUntilARuleWasBroken() {
        Script script = Script.of(Flux.just(
                new Token(1, "The ", false, null, new Speculated(4, 1), null),
                new Token(2, "password", false, null, new Speculated(8, 3), null),
                new Token(3, " is", false, null, new Speculated(12, 3), null)));
        List<Token> tokens = answer(validated(script, Rules.forbid("no-secrets", "password")));
        assertThat(finish(tokens).speculated()).isEqualTo(new Speculated(8, 3));
    }

    /** Texts of tokens; the rule; what is sent. */
    @ParameterizedTest
    @CsvSource({
        "max-length, abc|def|ghi, abcd",
        "max-length, 😀😀|😀😀|😀, 😀😀😀😀",
        "forbid, a ke|y|!, 'a '",
        "function, one| two|!| three, one two",
        "require, nothing, nothing",
        "language, C'est la vie et les autres sont dans la rue, C'est la vie et les autres sont dans la rue"
    })
    void sendsWhatIsClearOfTheRule(String name, String texts, String sent) {
        Rule rule = switch (name) {
            case "max-length" -> Rules.maxLength(name, 4);
            case "forbid" -> Rules.forbid(name, "key");
            case "function" -> Rules.function(name, answer -> !answer.contains("!"));
            case "require" -> Rules.require(name, "\\d");
            default -> Rules.language(name, "en");
        };
        List<Token> tokens = answer(validated(Script.saying(texts.split("\\|")), rule));
        assertThat(Script.text(tokens)).isEqualTo(sent);
        assertThat(finish(tokens).reason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(finish(tokens).verdict()).isEqualTo(new Verdict(name));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"{\"n\": 1}; true", "{\"n\": \"one\"}; false", "{\"n\": 1} and more; false", "no; false"})
    void validatesTheWholeAnswerAgainstASchema(String answer, boolean valid) {
        Rule schema = Rules.jsonSchema(
                "shape", Map.of("type", "object", "properties", Map.of("n", Map.of("type", "integer"))));
        List<Token> tokens = answer(validated(Script.saying(answer.split("(?<=:)")), schema));
        assertThat(finish(tokens).verdict()).isEqualTo(valid ? Verdict.VALID : new Verdict("shape"));
    }

    @Test
    void asksForOneTokenAheadAndForThoseThatWait() {
        Script script = Script.saying("a", "b", "c", "p", "q", "x", "d", "e", "f");
        StepVerifier.create(validated(script, Rules.forbid("rule", "pqr")).generate(REQUEST), 0)
                .thenRequest(2)
                .expectNextCount(2)
                .then(() -> assertThat(script.computed()).isEqualTo(3))
                .thenRequest(2)
                .expectNextMatches(token -> token.text().equals("c"))
                .expectNextMatches(token -> token.text().equals("p"))
                .then(() -> assertThat(script.computed()).isLessThanOrEqualTo(7))
                .thenCancel()
                .verify(Script.PATIENCE);
        assertThat(script.cancelled()).isEqualTo(1);
    }

    @Test
    void stopsAnAnswerWhosePromptIsRefusedWhileItComes() {
        TestPublisher<Boolean> verdict = TestPublisher.create();
        TestPublisher<Token> answer = TestPublisher.create();
        Validated validated = validated(Script.of(answer.flux()), ofPrompt(verdict.mono()));
        StepVerifier.create(validated.generate(REQUEST))
                .then(() -> answer.next(Token.notice("One")))
                .expectNextMatches(token -> token.text().equals("One"))
                .then(() -> verdict.emit(false))
                .expectNextMatches(token -> token.finish() != null
                        && token.text().isEmpty()
                        && new Verdict("judge").equals(token.finish().verdict()))
                .expectComplete()
                .verify(Script.PATIENCE);
        answer.assertCancelled();
    }

    @Test
    void letsTheLastTokenWaitForJudges() {
        TestPublisher<Boolean> prompt = TestPublisher.create();
        TestPublisher<Boolean> answer = TestPublisher.create();
        Rule judge = new Judging("judge", prompt::mono, answer::mono);
        StepVerifier.create(validated(Script.saying("One", " two"), judge).generate(REQUEST))
                .expectNextCount(2)
                .then(() -> prompt.emit(true))
                .then(answer::assertWasSubscribed)
                .then(() -> answer.emit(true))
                .expectNextMatches(token -> token.finish() != null
                        && Verdict.VALID.equals(token.finish().verdict()))
                .expectComplete()
                .verify(Script.PATIENCE);
    }

    @Test
    void aJudgeWhoSaysNoFiltersTheEnd() {
        List<Token> tokens = answer(validated(Script.saying("One", " two"), ofAnswer(Mono.just(false))));
        assertThat(Script.text(tokens)).isEqualTo("One two");
        assertThat(finish(tokens).reason()).isEqualTo(FinishReason.CONTENT_FILTER);
    }

    @Test
    void cancelsJudgesWithTheAnswer() {
        TestPublisher<Boolean> verdict = TestPublisher.create();
        Script script = Script.silent();
        StepVerifier.create(validated(script, ofPrompt(verdict.mono())).generate(REQUEST))
                .expectSubscription()
                .thenCancel()
                .verify(Script.PATIENCE);
        verdict.assertCancelled();
        assertThat(script.cancelled()).isEqualTo(1);
    }

    @Test
    void aLostRuleFailsTheAnswer() {
        Script script = Script.saying("One", " two", " three");
        Rule odd = Rules.function("odd", answer -> {
            if (answer.contains("two")) {
                throw new IllegalStateException("out of order");
            }
            return true;
        });
        StepVerifier.create(validated(script, odd).generate(REQUEST))
                .expectNextCount(1)
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                lost -> assertThat(lost.code()).isEqualTo(ErrorCode.VALIDATOR_LOST))
                        .hasMessageContainingAll("odd", "out of order", "Maybe", "continue"))
                .verify(Script.PATIENCE);
        assertThat(script.cancelled()).isEqualTo(1);
    }

    @Test
    void aLostJudgeFailsTheAnswerAtOnce() {
        Script script = Script.silent();
        Mono<Boolean> gone = Mono.error(new ExofluxException(ErrorCode.PEER_LOST, "studio-2 is gone."));
        StepVerifier.create(validated(script, ofPrompt(gone)).generate(REQUEST))
                .expectErrorSatisfies(e -> assertThat(e)
                        .hasMessageContaining("studio-2 is gone.")
                        .extracting("code")
                        .isEqualTo(ErrorCode.VALIDATOR_LOST))
                .verify(Script.PATIENCE);
        assertThat(script.cancelled()).isLessThanOrEqualTo(1);
    }

    /** What a judge fails with, and what the client is told. */
    @ParameterizedTest
    @CsvSource({
        "NO_PEERS, VALIDATOR_LOST",
        "LOADING, VALIDATOR_LOST",
        "MODEL_NOT_FOUND, VALIDATOR_LOST",
        "OVERLOADED, OVERLOADED",
        "UNSUPPORTED, UNSUPPORTED",
        "INVALID_REQUEST, INVALID_REQUEST"
    })
    void tellsALossFromWhatTheRequestIsToBlameFor(ErrorCode cause, ErrorCode told) {
        Mono<Boolean> failing = Mono.error(new ExofluxException(cause, "so it is"));
        StepVerifier.create(validated(Script.saying("One"), ofAnswer(failing)).generate(REQUEST))
                .thenConsumeWhile(token -> true)
                .expectErrorSatisfies(e -> assertThat(e).extracting("code").isEqualTo(told))
                .verify(Script.PATIENCE);
    }

    @Test
    void goesOnWithoutALostRuleWhereAsked() {
        Mono<Boolean> gone = Mono.error(new IllegalStateException("gone"));
        List<Token> tokens = answer(
                validated(Script.saying("One", " two"), OnLoss.CONTINUE, ofPrompt(gone), ofAnswer(Mono.just(true))));
        assertThat(Script.text(tokens)).isEqualTo("One two");
        assertThat(finish(tokens).reason()).isEqualTo(FinishReason.STOP);
        assertThat(finish(tokens).verdict()).as("nobody says that it is valid").isNull();
        List<Token> filtered = answer(
                validated(Script.saying("One", " two"), OnLoss.CONTINUE, ofPrompt(gone), Rules.forbid("rule", "two")));
        assertThat(finish(filtered).verdict()).isEqualTo(new Verdict("rule"));
    }

    @Test
    void aRuleThatIsBrokenWithinStaysBrokenWithout() {
        Script script = Script.saying("a", "b");
        Validated within = validated(script, Rules.forbid("inner", "b"));
        Validated around = new Validated(within, List.of(Rules.maxLength("outer", 9)), OnLoss.FAIL, Script.SEVEN);
        assertThat(finish(answer(around)).verdict()).isEqualTo(new Verdict("inner"));
    }

    @Test
    void errorsOfTheAnswerPass() {
        StepVerifier.create(validated(Script.failing(ErrorCode.OVERLOADED), Rules.maxLength("short", 3))
                        .generate(REQUEST))
                .expectErrorSatisfies(e -> assertThat(e).extracting("code").isEqualTo(ErrorCode.OVERLOADED))
                .verify(Script.PATIENCE);
    }

    @Test
    void aDeadlineThatARuleRunsIntoIsTheWholeAnswers() {
        Rule late = ofAnswer(
                Mono.error(new ExofluxException(ErrorCode.DEADLINE_EXCEEDED, "The time is over.").about("deadline")));
        for (OnLoss onLoss : OnLoss.values()) {
            StepVerifier.create(validated(Script.saying("One"), onLoss, late).generate(Script.request("Hello")))
                    .thenConsumeWhile(token -> true)
                    .expectErrorMessage("The time is over.")
                    .verify(Script.PATIENCE);
        }
    }
}
