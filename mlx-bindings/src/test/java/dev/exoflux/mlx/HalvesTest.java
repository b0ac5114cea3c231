package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.StagedModel;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activations in 16 bits, as Metal has them: every kind of layer and weight computes in them, and about the same. */
final class HalvesTest {

    private static final int[] IDS =
            IntStream.range(0, 40).map(i -> 7 * i % 300).toArray();

    /** As a part of the logits' range: bf16 has 8 bits, and these models have random weights. */
    private static final float ROUNDING = 0.05f;

    @ParameterizedTest
    @CsvSource({
        "llama-q4-g64-tied",
        "llama-mxfp4",
        "llama-biases-f32",
        "qwen2-q4-g32",
        "qwen3-tied",
        "mistral-window",
        "llama-f16",
        "llama-rope-llama3-new"
    })
    void aModelComputesAboutTheSame(String name) {
        float[][] exact = logits(name, MlxActivations.F32);
        float range = range(exact);
        for (MlxActivations halves : new MlxActivations[] {MlxActivations.BF16, MlxActivations.F16}) {
            float[][] rounded = logits(name, halves);
            for (int row = 0; row < exact.length; row++) {
                for (int i = 0; i < exact[row].length; i++) {
                    assertThat(Math.abs(rounded[row][i] - exact[row][i]) / range)
                            .as("%s in %s: position %d, token %d", name, halves, row, i)
                            .isLessThan(ROUNDING);
                }
            }
        }
    }

    private static float[][] logits(String name, MlxActivations activations) {
        ModelDirectory directory = ModelDirectory.open(name, TestCheckpoints.named(name));
        TestMlx.backend().close(); // skips where there is none
        try (MlxBackend backend = MlxBackends.create(null, activations);
                StagedModel model = new StagedModel(directory, backend, 1)) {
            return model.append(IDS, 15);
        }
    }

    private static float range(float[][] logits) {
        float least = Float.MAX_VALUE;
        float most = -Float.MAX_VALUE;
        for (float[] row : logits) {
            for (float logit : row) {
                least = Math.min(least, logit);
                most = Math.max(most, logit);
            }
        }
        return most - least;
    }
}
