package dev.exoflux.pipeline.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Who is asked, who is heard, and who is cancelled. */
final class CompositionsTest {

    private static final GenerationRequest REQUEST = Script.request("Say something");

    private static String said(Generator generator, GenerationRequest request) {
        return Script.text(
                Objects.requireNonNull(generator.generate(request).collectList().block(Script.PATIENCE)));
    }

    private static void fails(Generator generator, ErrorCode code) {
        StepVerifier.create(generator.generate(REQUEST))
                .thenConsumeWhile(token -> true)
                .expectErrorSatisfies(e -> assertThat(e).extracting("code").isEqualTo(code))
                .verify(Script.PATIENCE);
    }

    /** A script that answers after so many seconds. */
    private static Script after(int seconds, String text) {
        return Script.of(Mono.delay(Duration.ofSeconds(seconds)).thenMany(Flux.fromIterable(Script.tokens(text))));
    }

    @ParameterizedTest
    @CsvSource({"a long prompt of forty characters or more, long", "code: x, code", "Hello, team", "Hi, other"})
    void routesByTheFirstConditionThatHolds(String prompt, String way) {
        GenerationRequest request = Script.request(prompt)
                .withHints(prompt.equals("Hello") ? Map.of("X-Team", "blue") : Map.of("x-other", "blue"));
        Routed routed = new Routed(
                List.of(
                        new Route(RouteCondition.promptCharactersAbove(30), Script.saying("long")),
                        new Route(RouteCondition.promptMatches("^code:"), Script.saying("code")),
                        new Route(RouteCondition.hint("x-team", "blue|green"), Script.saying("team")),
                        new Route(
                                RouteCondition.promptTokensAbove(7, ignored -> Mono.just(7)), Script.saying("never"))),
                Script.saying("other"));
        assertThat(said(routed, request)).isEqualTo(way);
    }

    @Test
    void asksNoConditionAfterTheFirstThatHolds() {
        Route fails = new Route(request -> Mono.error(new AssertionError("asked")), Script.silent());
        Route holds = new Route(request -> Mono.just(true), Script.saying("here"));
        assertThat(said(new Routed(List.of(holds, fails), Script.silent()), REQUEST))
                .isEqualTo("here");
    }

    @Test
    void readsConversationsInParts() {
        Prompt chat = new Prompt.Chat(
                List.of(Map.of("role", "user", "content", List.of(Map.of("type", "text", "text", "needle")))),
                Map.of());
        assertThat(RouteCondition.promptMatches("needle")
                        .holds(REQUEST.withPrompt(chat))
                        .block(Script.PATIENCE))
                .isTrue();
    }

    @Test
    void whoeverIsAskedStandsBesideOthersAsTheRequestDoes() {
        GenerationRequest urgent = REQUEST.withScheduling(Script.URGENT);
        Script full = Script.failing(ErrorCode.OVERLOADED);
        Script voice = Script.saying("One");
        List<Generator> both = List.of(full, voice);
        said(new Routed(List.of(new Route(request -> Mono.just(true), voice)), full), urgent);
        said(new FallingBack(both), urgent);
        said(new FirstOf(both), urgent);
        said(new VoteOf(both), urgent);
        said(new AllOf(List.of(new AllOf.Voice("a", full), new AllOf.Voice("b", voice))), urgent);
        assertThat(full.requests())
                .hasSize(4)
                .extracting(GenerationRequest::scheduling)
                .containsOnly(Script.URGENT);
        assertThat(voice.requests())
                .hasSize(5)
                .extracting(GenerationRequest::scheduling)
                .containsOnly(Script.URGENT);
    }

    @Test
    void fallsBackBeforeTheFirstTokenOnly() {
        Script full = Script.failing(ErrorCode.OVERLOADED);
        Script lost = Script.of(Flux.just(Token.notice("One"))
                .concatWith(Script.failing(ErrorCode.PEER_LOST).generate(REQUEST)));
        Script last = Script.saying("last");
        assertThat(said(new FallingBack(List.of(full, last)), REQUEST)).isEqualTo("last");
        fails(new FallingBack(List.of(full, lost, last)), ErrorCode.PEER_LOST);
        fails(new FallingBack(List.of(lost, last)), ErrorCode.PEER_LOST);
        fails(new FallingBack(List.of(full, Script.failing(ErrorCode.LOADING))), ErrorCode.LOADING);
        assertThat(last.asked()).isEqualTo(1);
    }

    @Test
    void theFirstTokenWinsAndTheOthersAreCancelled() {
        Script silent = Script.silent();
        Script failed = Script.failing(ErrorCode.OVERLOADED);
        StepVerifier.withVirtualTime(() -> {
                    Script slow = after(5, "slow");
                    return new FirstOf(List.of(silent, failed, slow, after(3, "fast"))).generate(REQUEST);
                })
                .thenAwait(Duration.ofSeconds(10))
                .expectNextMatches(token -> token.text().equals("fast"))
                .expectNextCount(1)
                .expectComplete()
                .verify(Script.PATIENCE);
        assertThat(silent.cancelled()).isEqualTo(1);
        fails(new FirstOf(List.of(failed, Script.failing(ErrorCode.LOADING))), ErrorCode.OVERLOADED);
    }

    @Test
    void allSpeakInOrderUnderTheirNames() {
        Script first = Script.saying("One", " two");
        Script failed = Script.failing(ErrorCode.PEER_LOST);
        AllOf all = new AllOf(List.of(
                new AllOf.Voice("a", first),
                new AllOf.Voice("b", failed),
                new AllOf.Voice("c", Script.saying("Three"))));
        List<Token> tokens =
                Objects.requireNonNull(all.generate(REQUEST).collectList().block(Script.PATIENCE));
        assertThat(Script.text(tokens)).isEqualTo("a:\nOne two\n\nb:\n[failed: PEER_LOST]\n\nc:\nThree");
        assertThat(tokens.subList(0, tokens.size() - 1)).allMatch(token -> token.finish() == null);
        assertThat(tokens.getLast().finish()).isEqualTo(new Finish(FinishReason.STOP, 14, 0, 5, null));
        fails(new AllOf(List.of(new AllOf.Voice("b", failed))), ErrorCode.PEER_LOST);
    }

    @Test
    void whoSpeaksLaterWaitsAFewTokensAhead() {
        Script silent = Script.silent();
        Script eager = Script.of(Flux.range(0, 1000).map(i -> Token.notice("x")));
        AllOf all = new AllOf(List.of(new AllOf.Voice("a", silent), new AllOf.Voice("b", eager)));
        StepVerifier.create(all.generate(REQUEST))
                .expectNextCount(1)
                .then(() -> assertThat(eager.computed()).isBetween(1, 16))
                .thenCancel()
                .verify(Script.PATIENCE);
        assertThat(silent.cancelled()).isEqualTo(1);
        assertThat(eager.cancelled()).isEqualTo(1);
    }

    @Test
    void theMajorityIsHeardAndTheRestIsCancelled() {
        Script silent = Script.silent();
        VoteOf vote = new VoteOf(List.of(
                silent,
                Script.saying("Paris."),
                Script.saying("Rome"),
                Script.saying(" paris"),
                Script.saying("PARIS")));
        assertThat(said(vote, REQUEST)).isEqualTo("Paris.");
        assertThat(silent.cancelled()).isEqualTo(1);
    }

    @Test
    void ofAsManyVotesTheEarlierCounts() {
        Script failed = Script.failing(ErrorCode.OVERLOADED);
        assertThat(said(new VoteOf(List.of(failed, Script.saying("b"), Script.saying("a"))), REQUEST))
                .isEqualTo("b");
        fails(new VoteOf(List.of(failed, Script.failing(ErrorCode.LOADING))), ErrorCode.OVERLOADED);
    }

    @Test
    void ownStagesChangeWhatGoesInAndWhatComesOut() {
        Script script = Script.saying("a", "b");
        Prepared prepared = new Prepared(script, request -> Mono.just(request.withModel("other")));
        Transformed transformed = new Transformed(
                prepared,
                tokens -> tokens.map(token -> new Token(
                        token.id(), token.text().toUpperCase(java.util.Locale.ROOT), false, null, token.finish())));
        assertThat(said(new ToModel(transformed, "renamed"), REQUEST)).isEqualTo("AB");
        assertThat(script.requests()).extracting(GenerationRequest::model).containsExactly("other");
        StepVerifier.create(new Prepared(Script.silent(), Mono::just).generate(REQUEST))
                .expectSubscription()
                .thenCancel()
                .verify(Script.PATIENCE);
    }
}
