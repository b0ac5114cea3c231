package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Token.FinishReason;
import dev.exoflux.pipeline.Token.Verdict;
import dev.exoflux.pipeline.compose.BestOf;
import dev.exoflux.pipeline.compose.FirstOf;
import dev.exoflux.pipeline.compose.JudgingModel;
import dev.exoflux.pipeline.compose.PromptTokens;
import dev.exoflux.pipeline.compose.Rules;
import dev.exoflux.pipeline.compose.Validated;
import dev.exoflux.pipeline.compose.Validated.OnLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Compositions over a tiny real model: what they cancel leaves nothing behind, and disturbs nobody. */
final class ComposedPeerTest {

    private static final String MODEL = "test/llama-mha";
    private static final int TOKENS = 60;

    @TempDir
    private Path folder;

    @TempDir
    private static Path libraries;

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private Peer peer;

    @BeforeEach
    void start() throws IOException {
        Path directory = TestModels.copy(folder, "llama-mha");
        peer = Peer.start(List.of(TestModels.open(directory)), backend, TestRing.settings(2, 16), libraries);
        peer.loaded().block(TestRing.PATIENCE);
    }

    @AfterEach
    void leavesNothingBehind() {
        await().atMost(TestRing.PATIENCE).untilAsserted(() -> {
            BatcherMetrics metrics = peer.metrics(MODEL);
            assertThat(metrics.live()).isZero();
            assertThat(metrics.cacheBytes()).isEqualTo(metrics.prefixes().bytes());
        });
        peer.close();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    private static GenerationRequest request(String prompt) {
        return new GenerationRequest(
                MODEL, new Prompt.Text(prompt), SamplingSettings.GREEDY, TOKENS, List.of(), true, false);
    }

    private static List<Token> answer(Flux<Token> answer) {
        return Objects.requireNonNull(answer.collectList().block(TestRing.PATIENCE));
    }

    private static String text(List<Token> tokens) {
        return tokens.stream().map(Token::text).collect(Collectors.joining());
    }

    private Validated forbidding(String text) {
        return new Validated(
                peer, List.of(Rules.forbid("found", "\\Q" + text + "\\E")), OnLoss.FAIL, PromptTokens.of(peer, MODEL));
    }

    @Test
    void aValidatorThatFiresDisturbsNoOtherAnswer() {
        String whole = text(answer(peer.generate(request("How many?"))));
        String other = text(answer(peer.generate(request("And how?"))));
        String forbidden = whole.substring(whole.length() / 2, whole.length() / 2 + 5);

        var answers = Mono.zip(
                        peer.generate(request("And how?")).collectList(),
                        forbidding(forbidden).generate(request("How many?")).collectList(),
                        peer.generate(request("How many?")).collectList())
                .block(TestRing.PATIENCE);

        assertThat(text(Objects.requireNonNull(answers).getT1())).isEqualTo(other);
        assertThat(text(answers.getT3())).isEqualTo(whole);
        assertThat(text(answers.getT2())).isEqualTo(whole.substring(0, whole.indexOf(forbidden)));
        Token.Finish finish = Objects.requireNonNull(answers.getT2().getLast().finish());
        assertThat(finish.reason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(finish.verdict()).isEqualTo(new Verdict("found"));
        assertThat(finish.promptTokens())
                .isEqualTo(Objects.requireNonNull(answers.getT3().getLast().finish())
                        .promptTokens());
    }

    @Test
    void whatKeepsToTheRulesIsTheSame() {
        List<Token> plain = answer(peer.generate(request("How many?")));
        List<Token> validated = answer(forbidding("never to be found").generate(request("How many?")));
        assertThat(validated).hasSameSizeAs(plain);
        assertThat(text(validated)).isEqualTo(text(plain));
        assertThat(Objects.requireNonNull(validated.getLast().finish()).verdict())
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void whoLosesTheRaceIsRetired() {
        assertThat(answer(new FirstOf(List.of(peer, peer, peer)).generate(request("How many?"))))
                .hasSize(TOKENS);
    }

    @Test
    void aModelJudgesByTwoOfItsLogits() {
        JudgingModel judge = new JudgingModel(peer, peer, MODEL, "Is it good?");
        double likes =
                Objects.requireNonNull(judge.likes(request("Hi"), "Hello").block(TestRing.PATIENCE));
        assertThat(likes).isBetween(0.0, 1.0);
        assertThat(judge.likes(request("Hi"), "Hello").block(TestRing.PATIENCE)).isEqualTo(likes);

        Validated judged = new Validated(
                peer, List.of(Rules.answerJudged("good", judge)), OnLoss.FAIL, PromptTokens.of(peer, MODEL));
        GenerationRequest brief =
                new GenerationRequest(MODEL, new Prompt.Text("Hi"), SamplingSettings.GREEDY, 5, List.of(), true, false);
        assertThat(answer(judged.generate(brief)).getLast().finish()).isNotNull();
        assertThat(answer(new BestOf(List.of(peer, peer), judge).generate(brief)))
                .hasSize(5);
    }
}
