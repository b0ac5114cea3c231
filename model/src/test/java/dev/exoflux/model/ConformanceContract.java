package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole models on a backend compute what transformers computes, for every architecture, configuration and packing that
 * {@code tools/conformance} has a checkpoint of; and the same bits however the work is cut. A backend's test implements
 * {@link #backend()} and has nothing else to say.
 */
public interface ConformanceContract {

    /** Largest difference of logits, as a part of their range. */
    float TOLERANCE = 2e-3f;

    /** A new backend; the test closes it. */
    Backend backend();

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#all")
    default void computesTheReferenceLogits(Path checkpoint) {
        ModelDirectory directory = open(checkpoint);
        try (Backend backend = backend()) {
            for (Reference reference : Reference.of(checkpoint)) {
                float[][] logits = prompt(directory, backend, reference, 1, Integer.MAX_VALUE);
                for (int row = 0; row < reference.logitsAt().length; row++) {
                    int position = reference.logitsAt()[row];
                    assertThat(difference(logits[position], reference.logits()[row]) / reference.range())
                            .as("\"%s\" at position %d", reference.text(), position)
                            .isLessThan(TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#all")
    default void decodesTheReferenceTokensGreedily(Path checkpoint) {
        ModelDirectory directory = open(checkpoint);
        try (Backend backend = backend()) {
            for (Reference reference : Reference.of(checkpoint)) {
                try (StagedModel model = new StagedModel(directory, backend, 1)) {
                    decodesGreedily(model, reference);
                }
            }
        }
    }

    private static void decodesGreedily(StagedModel model, Reference reference) {
        float[][] prompt = model.append(reference.ids(), reference.ids().length);
        float[] logits = prompt[prompt.length - 1];
        for (int i = 0; i < reference.greedy().length; i++) {
            int token = likeliest(logits);
            assertThat(token)
                    .as("\"%s\", token %d", reference.text(), i)
                    .isEqualTo(reference.greedy()[i]);
            assertThat(difference(logits, reference.greedyLogits()[i]) / reference.range())
                    .as("\"%s\", token %d", reference.text(), i)
                    .isLessThan(TOLERANCE);
            logits = model.append(new int[] {token}, 1)[0];
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#all")
    default void computesTheSameBitsForAPromptInChunks(Path checkpoint) {
        ModelDirectory directory = open(checkpoint);
        try (Backend backend = backend()) {
            for (Reference reference : Reference.of(checkpoint)) {
                float[][] whole = prompt(directory, backend, reference, 1, Integer.MAX_VALUE);
                for (int chunk : new int[] {1, 7, 16}) {
                    SameRows.assertSame(
                            backend,
                            prompt(directory, backend, reference, 1, chunk),
                            whole,
                            "\"%s\" in chunks of %d".formatted(reference.text(), chunk));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#all")
    default void computesTheSameBitsInShards(Path checkpoint) {
        ModelDirectory directory = open(checkpoint);
        try (Backend backend = backend()) {
            for (Reference reference : Reference.of(checkpoint)) {
                float[][] whole = prompt(directory, backend, reference, 1, Integer.MAX_VALUE);
                for (int stages = 2; stages <= Math.min(3, directory.config().layers()); stages++) {
                    assertThat(prompt(directory, backend, reference, stages, Integer.MAX_VALUE))
                            .as("\"%s\" in %d shards", reference.text(), stages)
                            .isDeepEqualTo(whole);
                }
            }
        }
    }

    private static ModelDirectory open(Path checkpoint) {
        return ModelDirectory.open(String.valueOf(checkpoint.getFileName()), checkpoint);
    }

    private static float[][] prompt(
            ModelDirectory directory, Backend backend, Reference reference, int stages, int chunk) {
        try (StagedModel model = new StagedModel(directory, backend, stages)) {
            return model.append(reference.ids(), Math.min(chunk, reference.ids().length));
        }
    }

    private static float difference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        return largest;
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
