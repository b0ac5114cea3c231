package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.SequenceRequest.Resumed;
import dev.exoflux.pipeline.Token.FinishReason;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that began elsewhere goes on here as if it had begun here. */
final class ResumedAnswerTest extends HeldBatcher {

    private static final int ANSWER = 12;
    private static final SamplingSettings DRAWN = SamplingSettings.builder()
            .temperature(0.9f)
            .repetitionPenalty(1.2f)
            .presencePenalty(0.4f)
            .frequencyPenalty(0.3f)
            .seed(7)
            .topLogprobs(3)
            .build();

    private static SequenceRequest request(SamplingSettings sampling, int maxTokens, boolean echo) {
        return new SequenceRequest(TestRing.prompt(40, 3), sampling, maxTokens, Set.of(), echo);
    }

    static Stream<Arguments> requests() {
        SamplingSettings scoredGreedy =
                SamplingSettings.GREEDY.toBuilder().topLogprobs(2).build();
        return Stream.of(
                Arguments.of("greedy", request(SamplingSettings.GREEDY, ANSWER, false)),
                Arguments.of("drawn, with penalties and log-probabilities", request(DRAWN, ANSWER, false)),
                Arguments.of("echoed", request(SamplingSettings.GREEDY, ANSWER, true)),
                Arguments.of("scored", request(DRAWN, ANSWER, true)),
                Arguments.of("scored, and no answer", request(scoredGreedy, 0, true)),
                Arguments.of("echoed, and no answer", request(SamplingSettings.GREEDY, 0, true)));
    }

    /** The same request after {@code delivered} of the tokens of its answer. */
    private static SequenceRequest after(SequenceRequest request, List<SequenceToken> answer, int delivered) {
        List<SequenceToken> before = answer.subList(0, delivered);
        int[] ids = before.stream()
                .filter(token -> !token.prompt())
                .mapToInt(SequenceToken::id)
                .toArray();
        return request.resume(new Resumed(delivered - ids.length, ids));
    }

    /** Without what depends on who else was there. */
    private static List<SequenceToken> said(List<SequenceToken> tokens) {
        return tokens.stream()
                .map(token -> new SequenceToken(token.id(), token.prompt(), token.logprobs(), 0, token.finish()))
                .toList();
    }

    private static List<SequenceToken> answer(TestRing ring, SequenceRequest request) {
        return said(Objects.requireNonNull(
                ring.batcher().open(request).collectList().block(TestRing.PATIENCE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void saysTheRestWhereverItWasCutOff(String kind, SequenceRequest request) {
        try (TestRing ring = TestRing.open(TestRing.settings(2, 16))) {
            List<SequenceToken> whole = answer(ring, request);
            assertThat(whole).as(kind).hasSize((request.echo() ? 40 : 0) + request.maxTokens());
            for (int delivered = 0; delivered < whole.size(); delivered++) {
                assertThat(answer(ring, after(request, whole, delivered)))
                        .as("after %d", delivered)
                        .isEqualTo(whole.subList(delivered, whole.size()));
            }
        }
    }

    @Test
    void saysTheRestWhereNothingOfItWasEverComputed() {
        SequenceRequest request = request(DRAWN, ANSWER, false);
        List<SequenceToken> whole;
        try (TestRing one = TestRing.open(TestRing.settings(1, 256))) {
            whole = answer(one, request);
        }
        try (TestRing other = TestRing.open(TestRing.settings(3, 7))) {
            assertThat(answer(other, after(request, whole, 5))).isEqualTo(whole.subList(5, ANSWER));
        }
    }

    @Test
    void stopsAtAnEndAsItWouldHave() {
        SequenceRequest endless = request(DRAWN, ANSWER, false);
        try (TestRing ring = TestRing.open(TestRing.settings(2, 16))) {
            List<SequenceToken> whole = answer(ring, endless);
            int end = whole.get(8).id();
            SequenceRequest ending = new SequenceRequest(endless.prompt(), DRAWN, ANSWER, Set.of(end), false);
            List<SequenceToken> ended = answer(ring, ending);
            assertThat(ended.getLast().finish()).isEqualTo(FinishReason.STOP);
            assertThat(answer(ring, after(ending, ended, 4))).isEqualTo(ended.subList(4, ended.size()));
        }
    }

    @Test
    void reservesNoMoreThanTheUndisturbedAnswerAndSaysOfThePromptAloneThatItWasThere() {
        reuse(1000, 1000, 1);
        open(request(20, 10, false, -1), 100);
        run(50);
        SequenceRequest rest = request(20, 10, false, -1).resume(new Resumed(0, new int[] {50, 50, 50, 50}));
        Reader reader = open(rest, 1);
        assertThat(batcher.metrics().sequences().getFirst().cachedTokens()).isEqualTo(20);
        assertThat(batcher.metrics().reservedBytes()).isLessThanOrEqualTo(30 + 7);
        run(50);
        assertThat(reader.ids()).containsExactly(50);
        assertThat(batcher.metrics().sequences().getFirst().answered()).isEqualTo(5);
        reader.request(100);
        run(50);
        assertThat(reader.tokens()).hasSize(6);
        assertThat(reader.tokens().getLast().finish()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void goesBeforeThoseThatHaveNotBegun() {
        places(1, 2, 1000);
        Reader live = open(4, 1);
        Reader second = open(4, 1);
        Reader third = open(4, 1);
        Reader resumed = open(request(4, 9, false, -1).resume(new Resumed(0, new int[] {50})), 100);
        assertThat(third.failure().code()).isEqualTo(ErrorCode.OVERLOADED);
        mesh.answer(mesh.batch(), 50);
        assertThat(live.completed()).isTrue();
        mesh.discard();
        assertThat(batcher.metrics().sequences().getFirst().answered()).isEqualTo(1);
        assertThat(second.tokens()).isEmpty();
        assertThat(resumed.error()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesWhatNoAnswerCanHaveComeTo(boolean echo) {
        SequenceRequest request = request(4, 2, echo, -1);
        int whole = echo ? 4 : 0;
        List<Resumed> impossible = List.of(
                new Resumed(-1, new int[0]),
                new Resumed(whole + 1, new int[0]),
                new Resumed(whole, new int[] {1, 2}),
                new Resumed(whole, new int[] {EOS}),
                new Resumed(whole - 1, new int[] {1}));
        for (Resumed before : impossible) {
            assertThatThrownBy(() -> request.resume(before)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
