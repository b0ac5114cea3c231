package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.exoflux.model.CountingBackend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.arch.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomModelTest {

    private static final RandomModel.Progress SILENT = (bytes, of) -> {};

    @TempDir
    private Path directory;

    private static KnownShape small(Architecture architecture, boolean tied) {
        return new KnownShape("small", architecture, 128, 192, 2, 4, 2, 64, 4100, 512, 10_000, tied, 8);
    }

    @ParameterizedTest
    @CsvSource({"LLAMA,4,true", "LLAMA,16,false", "MISTRAL,8,false", "QWEN2,4,true", "QWEN2,16,true", "QWEN3,8,true"})
    void writesWhatCanBeLoaded(Architecture architecture, int bits, boolean tied) {
        Path out = directory.resolve("a/model");
        RandomModel.write(small(architecture, tied), bits, out, 1, SILENT);

        ModelDirectory model = ModelDirectory.open("random", out);
        Architectures.load(model, Shard.whole(2), new CountingBackend()).close();
        assertThat(model.config().architecture()).isEqualTo(architecture);
        assertThat(model.card().quantization()).isEqualTo(bits == 16 ? "bf16" : bits + "-bit g64");
        assertThat(directory.resolve("a"))
                .isDirectoryContaining(out::equals)
                .isDirectoryNotContaining(path -> !path.equals(out));
    }

    @Test
    void spreadsWeightsAsTrainingStartsThem() {
        RandomModel.write(small(Architecture.LLAMA, true), 16, directory.resolve("m"), 1, SILENT);

        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("m"))) {
            float[] weights = checkpoint.tensor("model.embed_tokens.weight").toFloats();
            double mean = 0;
            double square = 0;
            for (float weight : weights) {
                mean += weight / weights.length;
                square += weight * weight / weights.length;
            }
            assertThat(mean).isCloseTo(0, within(1e-3));
            assertThat(Math.sqrt(square)).isCloseTo(0.02, within(1e-3));
            assertThat(checkpoint.tensor("model.norm.weight").toFloats()).containsOnly(1);
        }
    }

    @Test
    void spreadsPackedWeightsAlike() {
        RandomModel.write(small(Architecture.LLAMA, true), 4, directory.resolve("m"), 1, SILENT);

        try (Checkpoint checkpoint = Checkpoint.open(directory.resolve("m"))) {
            float scale = checkpoint.tensor("model.embed_tokens.scales").toFloats()[0];
            float bias = checkpoint.tensor("model.embed_tokens.biases").toFloats()[0];
            assertThat(Math.sqrt(255 / 12.0) * scale).isCloseTo(0.02, within(2e-4));
            assertThat(bias + 7.5 * scale).isCloseTo(0, within(1e-3));
        }
    }

    @Test
    void writesTheSameBytesForTheSameSeed() throws IOException {
        RandomModel.write(small(Architecture.QWEN3, true), 4, directory.resolve("a"), 7, SILENT);
        RandomModel.write(small(Architecture.QWEN3, true), 4, directory.resolve("b"), 7, SILENT);
        RandomModel.write(small(Architecture.QWEN3, true), 4, directory.resolve("c"), 8, SILENT);

        assertThat(mismatch("a", "b")).isEqualTo(-1);
        assertThat(mismatch("a", "c")).isNotNegative();
    }

    private long mismatch(String one, String other) throws IOException {
        return Files.mismatch(
                directory.resolve(one).resolve("model.safetensors"),
                directory.resolve(other).resolve("model.safetensors"));
    }

    @Test
    void tellsHowFarItIs() {
        List<Long> written = new ArrayList<>();
        RandomModel.write(small(Architecture.LLAMA, true), 4, directory.resolve("m"), 1, (bytes, of) -> {
            written.add(bytes);
            assertThat(bytes).isLessThanOrEqualTo(of);
            if (bytes == of) {
                written.add(-of);
            }
        });
        assertThat(written).isNotEmpty();
        assertThat(written.getLast()).isNegative();
    }

    @Test
    void leavesNothingBehindWhenItFails() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RandomModel.write(
                        small(Architecture.LLAMA, true), 4, directory.resolve("m"), 1, (bytes, of) -> {
                            throw new IllegalStateException("for a test");
                        }));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void writesIntoAnEmptyDirectory() throws IOException {
        Path out = Files.createDirectory(directory.resolve("m"));
        RandomModel.write(small(Architecture.LLAMA, true), 4, out, 1, SILENT);
        assertThat(out).isDirectoryContaining("glob:**/config.json");
    }

    @Test
    void refusesADirectoryThatIsNotEmpty() throws IOException {
        Files.writeString(directory.resolve("precious"), "");
        assertRefused("llama-3.2-1b", 4, directory, ErrorCode.INVALID_REQUEST, directory + " exists already");
        assertRefused("llama-3.2-1b", 4, directory.resolve("precious"), ErrorCode.INVALID_REQUEST, "exists already");
        assertThat(directory.resolve("precious")).exists();
    }

    @Test
    void refusesAShapeItDoesNotKnowAndNamesThoseItDoes() {
        assertRefused(
                "gpt-5",
                4,
                directory.resolve("m"),
                ErrorCode.INVALID_REQUEST,
                "There is no shape gpt-5\nKnown shapes are llama-3.2-1b");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 5, 32, -4})
    void refusesOtherBits(int bits) {
        assertRefused(
                "llama-3.2-1b",
                bits,
                directory.resolve("m"),
                ErrorCode.INVALID_REQUEST,
                "Weights of " + bits + " bits");
    }

    @Test
    void refusesWhatTheDiskHasNoRoomFor() {
        KnownShape huge = new KnownShape(
                "huge", Architecture.LLAMA, 1 << 20, 1 << 22, 4000, 4, 2, 64, 1 << 22, 512, 10_000, true, 0);
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> RandomModel.write(huge, 16, directory.resolve("m"), 1, SILENT))
                .withMessageContaining("has room for")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void knowsShapesThatItsOwnReaderAccepts() {
        for (KnownShape shape : KnownShape.ALL) {
            assertThat(shape.heads() % shape.kvHeads()).as(shape.id()).isZero();
            assertThat(shape.hidden() % RandomModel.GROUP_SIZE).as(shape.id()).isZero();
            assertThat(shape.intermediate() % RandomModel.GROUP_SIZE)
                    .as(shape.id())
                    .isZero();
        }
        assertThat(KnownShape.named("LLaMA-3.2-1B")).isPresent();
    }

    private static void assertRefused(String shape, int bits, Path out, ErrorCode code, String said) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> RandomModel.write(shape, bits, out, 1, SILENT))
                .withMessageContaining(said)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
