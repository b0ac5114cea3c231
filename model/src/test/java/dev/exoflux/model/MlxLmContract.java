package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens that mlx-lm decodes greedily from quantised models in f32 are a backend's too; {@code tools/mlx-reference} made the
 * references. A backend's test implements {@link #backend()} and computes in f32.
 */
public interface MlxLmContract {

    Path BUILTIN = Path.of("../model/src/main/resources/dev/exoflux/model/builtin");

    /** A new backend; the test closes it. */
    Backend backend();

    static List<String> models() throws IOException {
        return List.copyOf(references().propertyNames());
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.MlxLmContract#models")
    default void decodesWhatMlxLmDecodes(String name) throws IOException {
        Path folder = name.startsWith("builtin/")
                ? BUILTIN.resolve(name.substring("builtin/".length()))
                : TestCheckpoints.named(name.substring("conformance/".length()));
        try (Backend backend = backend()) {
            for (JsonNode prompt : references().required(name)) {
                int[] ids = ints(prompt.required("ids"));
                int[] greedy = ints(prompt.required("greedy"));
                try (StagedModel model = new StagedModel(ModelDirectory.open(name, folder), backend, 1)) {
                    assertThat(decode(model, ids, greedy.length)).containsExactly(greedy);
                }
            }
        }
    }

    private static int[] decode(StagedModel model, int[] ids, int count) {
        int[] tokens = new int[count];
        float[][] logits = model.append(ids, ids.length);
        for (int i = 0; i < count; i++) {
            float[] last = logits[logits.length - 1];
            tokens[i] = IntStream.range(0, last.length)
                    .reduce((best, id) -> last[id] > last[best] ? id : best)
                    .orElseThrow();
            logits = model.append(new int[] {tokens[i]}, 1);
        }
        return tokens;
    }

    private static JsonNode references() throws IOException {
        String file = "/mlx-lm-greedy.json";
        try (InputStream in = Objects.requireNonNull(MlxLmContract.class.getResourceAsStream(file), file)) {
            return new JsonMapper().readTree(in);
        }
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
