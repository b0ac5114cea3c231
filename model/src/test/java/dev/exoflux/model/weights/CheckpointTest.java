package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

    @TempDir
    private Path directory;

    @Test
    void readsASingleFile() {
        new TensorFile().floats("a", new long[] {1}, 3).write(directory.resolve("model.safetensors"));

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.names()).containsExactly("a");
            assertThat(checkpoint.tensor("a").toFloats()).containsExactly(3);
        }
    }

    @Test
    void readsSeveralFilesByTheirIndex() throws Exception {
        new TensorFile().floats("a", new long[] {1}, 3).write(directory.resolve("one.safetensors"));
        new TensorFile().floats("b", new long[] {1}, 4).write(directory.resolve("two.safetensors"));
        index("\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"");

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.names()).containsExactlyInAnyOrder("a", "b");
            assertThat(checkpoint.tensor("a").toFloats()).containsExactly(3);
            assertThat(checkpoint.tensor("b").toFloats()).containsExactly(4);
            assertThat(checkpoint.has("c")).isFalse();
        }
    }

    @Test
    void needsOnlyTheFilesOfTheTensorsAskedFor() throws Exception {
        new TensorFile().floats("a", new long[] {1}, 3).write(directory.resolve("one.safetensors"));
        index("\"a\":\"one.safetensors\",\"b\":\"elsewhere.safetensors\"");

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThat(checkpoint.tensor("a").toFloats()).containsExactly(3);
            assertRefused(() -> checkpoint.tensor("b"), "elsewhere.safetensors: there is no such file");
        }
    }

    @Test
    void saysWhichTensorIsMissing() throws Exception {
        new TensorFile().floats("a", new long[] {1}, 3).write(directory.resolve("one.safetensors"));
        index("\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"");

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertRefused(() -> checkpoint.tensor("b"), "one.safetensors: there is no tensor b");
            assertRefused(() -> checkpoint.tensor("c"), directory + ": there is no tensor c\nMaybe");
        }
    }

    @Test
    void saysThatThereAreNoWeights() {
        assertRefused(() -> Checkpoint.open(directory), "neither model.safetensors nor model.safetensors.index.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../one.safetensors",
                "/etc/passwd",
                "a/b",
                "..",
                ".",
                "",
                "a\\\\b",
                "C:b",
                "a\\u0000b",
                ".hidden"
            })
    void refusesAnIndexThatPointsElsewhere(String path) throws Exception {
        index("\"a\":\"" + path + "\"");

        assertRefused(() -> Checkpoint.open(directory), "weight_map.a is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"weight_map\":[]}",
                "{\"weight_map\":{\"a\":1}}",
                "{\"weight_map\":{\"a\":null}}",
                "{\"weight_map\":{\"a\":\"b\",\"a\":\"b\"}}",
                "{\"weight_map\":{}} 1",
                "{\"weight_map\":",
                ""
            })
    void refusesAnIndexThatIsNone(String json) throws Exception {
        Files.writeString(directory.resolve("model.safetensors.index.json"), json);

        assertRefused(() -> Checkpoint.open(directory), "model.safetensors.index.json: ");
    }

    private void index(String weightMap) throws Exception {
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":8},\"weight_map\":{" + weightMap + "}}");
    }

    private static void assertRefused(ThrowingCallable call, String said) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(call)
                .withMessageContaining(said)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
    }
}
