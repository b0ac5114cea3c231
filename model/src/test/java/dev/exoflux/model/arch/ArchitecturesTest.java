package dev.exoflux.model.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.exoflux.model.CausalLm;
import dev.exoflux.model.CountingBackend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is loaded and freed; that it computes the right thing is ConformanceContract's business. */
class ArchitecturesTest {

    /** q, k, v, o, gate, up, down. */
    private static final int MATRICES_PER_LAYER = 7;

    private final CountingBackend backend = new CountingBackend();

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#all")
    void loadsAndFreesAnyCheckpoint(Path checkpoint) {
        ModelDirectory directory = ModelDirectory.open("test", checkpoint);
        int layers = directory.config().layers();
        try (CausalLm model = Architectures.load(directory, Shard.whole(layers), backend)) {
            int tables = directory.config().tiedEmbeddings() ? 1 : 2;
            assertThat(backend.unclosed()).isEqualTo(layers * MATRICES_PER_LAYER + tables);
            assertThat(model.hiddenSize()).isEqualTo(directory.config().hiddenSize());
            assertThat(model.vocabularySize()).isEqualTo(directory.config().vocabularySize());
            assertThat(model.kvShape())
                    .isEqualTo(new KvShape(
                            layers,
                            directory.config().kvHeads(),
                            directory.config().headDim()));
        }
        assertThat(backend.unclosed()).isZero();
    }

    @Test
    void loadsTheEmbeddingWithTheFirstShardAndTheHeadWithTheLast() {
        assertThat(tables("llama-mha", 0, 1)).isEqualTo(1);
        assertThat(tables("llama-mha", 1, 2)).isEqualTo(1);
        assertThat(tables("llama-mha", 0, 2)).isEqualTo(2);
        assertThat(tables("qwen2-window", 1, 2)).isZero();
        assertThat(tables("llama-gqa-4-2-tied", 0, 1)).isEqualTo(1);
        assertThat(tables("llama-gqa-4-2-tied", 1, 2)).isEqualTo(1);
        assertThat(tables("llama-gqa-4-2-tied", 0, 2)).isEqualTo(1);
    }

    /** How many tables as tall as the vocabulary the shard loads. */
    private static long tables(String name, int from, int to) {
        ModelDirectory directory = open(name);
        CountingBackend backend = new CountingBackend();
        Shard shard = new Shard(new LayerRange(from, to), directory.config().layers());
        Architectures.load(directory, shard, backend).close();
        return backend.loaded().stream()
                .filter(data -> data.rows() == directory.config().vocabularySize())
                .count();
    }

    @Test
    void countsTheBytesThatADecodeStepReads() {
        ModelDirectory untied = open("llama-mha");
        try (CausalLm model = Architectures.load(untied, Shard.whole(2), backend)) {
            long all = backend.loaded().stream().mapToLong(MatrixData::bytes).sum();
            long table = 2L * untied.config().hiddenSize() * untied.config().vocabularySize();
            assertThat(model.weightBytes())
                    .isEqualTo(all - table + 2L * untied.config().hiddenSize());
        }
        CountingBackend other = new CountingBackend();
        try (CausalLm model = Architectures.load(open("llama-gqa-4-2-tied"), Shard.whole(2), other)) {
            assertThat(model.weightBytes())
                    .isEqualTo(
                            other.loaded().stream().mapToLong(MatrixData::bytes).sum());
        }
    }

    @Test
    void freesWhatWasLoadedWhenTheNextDoesNotFit() {
        CountingBackend small = new CountingBackend().failingAt(9);

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Architectures.load(open("llama-mha"), Shard.whole(2), small))
                .withMessageContaining("llama-mha")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
        assertThat(small.loaded()).hasSize(9);
        assertThat(small.unclosed()).isZero();
    }

    @Test
    void freesWhatWasLoadedWhenATensorIsMissing(@TempDir Path broken) throws Exception {
        copy(TestCheckpoints.named("llama-mqa-6-1-sharded"), broken);
        Files.delete(broken.resolve("model-00003-of-00003.safetensors"));

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Architectures.load(ModelDirectory.open("broken", broken), Shard.whole(2), backend))
                .withMessageContaining("model-00003-of-00003.safetensors: there is no such file")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        assertThat(backend.loaded()).isNotEmpty();
        assertThat(backend.unclosed()).isZero();
    }

    @Test
    void survivesAFileThatIsCutShortWhileItIsRead(@TempDir Path broken) throws Exception {
        copy(TestCheckpoints.named("llama-mha"), broken);
        CountingBackend cutting = new CountingBackend().meanwhile(() -> truncate(broken.resolve("model.safetensors")));

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Architectures.load(ModelDirectory.open("broken", broken), Shard.whole(2), cutting))
                .withMessageContainingAll(broken.toString(), "Maybe the files changed meanwhile")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        assertThat(cutting.unclosed()).isZero();
    }

    private static void truncate(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesACheckpointUnlikeItsConfiguration(@TempDir Path broken) throws Exception {
        copy(TestCheckpoints.named("llama-biases-f32"), broken);
        Path config = broken.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"attention_bias\": true", "\"attention_bias\": false"));

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Architectures.load(ModelDirectory.open("broken", broken), Shard.whole(2), backend))
                .withMessageContainingAll("bias", "Maybe config.json");
        assertThat(backend.unclosed()).isZero();
    }

    @Test
    void refusesAShardOfAnotherModel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architectures.load(open("llama-mha"), Shard.whole(3), backend));
    }

    private static ModelDirectory open(String name) {
        return ModelDirectory.open(name, TestCheckpoints.named(name));
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
