package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackends.Choice;
import dev.exoflux.model.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The same prompt and seed give the same tokens and log-probabilities, bit for bit, however the work is cut. */
final class InvarianceTest {

    private static final int ANSWER = 40;

    @ParameterizedTest
    @CsvSource({"qwen2-window, SCALAR", "llama-q4-g64-tied, BEST"})
    void neitherCompanyNorChunksNorThreadsNorStagesChangeAnAnswer(String checkpoint, Choice kernels) {
        int layers = checkpoint.equals(TestRing.THREE_LAYERS) ? 3 : 2;
        List<SequenceToken> alone = answer(checkpoint, 1, Choice.SCALAR, 1, 512, 0);
        assertThat(alone).hasSize(ANSWER);
        assertThat(alone.stream().map(SequenceToken::id).distinct().count()).isGreaterThan(5);

        for (int threads : new int[] {1, 2, 4}) {
            for (int stages = 1; stages <= layers; stages++) {
                for (int chunk : new int[] {16, 512}) {
                    assertThat(answer(checkpoint, threads, kernels, stages, chunk, 7))
                            .as("%d threads, %d stages, chunks of %d, beside 7 others", threads, stages, chunk)
                            .isEqualTo(alone);
                }
            }
        }
    }

    private static List<SequenceToken> answer(
            String checkpoint, int threads, Choice kernels, int stages, int chunk, int others) {
        PipelineSettings settings = TestRing.settings(stages, chunk);
        try (TestRing ring = new TestRing(checkpoint, threads, kernels, settings, Long.MAX_VALUE)) {
            List<Mono<List<SequenceToken>>> answers = new ArrayList<>();
            for (int i = 1; i <= others; i++) {
                answers.add(collect(ring, request(20 + 23 * i, 1000 + i)));
            }
            answers.add(others / 2, collect(ring, request(100, 7))); // some came before it, some come after
            return Objects.requireNonNull(
                    Flux.mergeSequential(answers).elementAt(others / 2).block(TestRing.PATIENCE));
        }
    }

    private static Mono<List<SequenceToken>> collect(TestRing ring, SequenceRequest request) {
        return ring.batcher().open(request).collectList();
    }

    private static SequenceRequest request(int promptTokens, int seed) {
        SamplingSettings sampling = SamplingSettings.builder()
                .temperature(0.9f)
                .topP(0.95f)
                .repetitionPenalty(1.1f)
                .seed(seed)
                .topLogprobs(5)
                .build();
        return new SequenceRequest(TestRing.prompt(promptTokens, seed), sampling, ANSWER, Set.of(), seed % 2 == 0);
    }
}
