package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.CountingBackend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that hold a model only in part. */
class PartialModelTest {

    private static final Path WHOLE = TestCheckpoints.named("llama-q8-g64");

    @TempDir
    private Path root;

    private Path directory;
    private ModelDirectory model;
    private int layers;

    @BeforeEach
    void copy() throws IOException {
        directory = copyTo(root.resolve("home/models/org/part"));
        model = ModelDirectory.open("org/part", directory);
        layers = model.config().layers();
    }

    private static Path copyTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(WHOLE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        return directory;
    }

    /** Zeros where the shard is not, and says so. */
    private ModelInventory keep(Shard shard) throws IOException {
        ModelInventory all = ModelInventory.of(directory);
        Map<String, ByteRanges> places = WeightPlaces.of(model).of(shard);
        List<ModelFile> files = all.files().stream()
                .map(file -> file.with(file.description().plus(places.getOrDefault(file.name(), ByteRanges.NONE))))
                .toList();
        for (ModelFile file : files) {
            try (FileChannel channel = FileChannel.open(directory.resolve(file.name()), StandardOpenOption.WRITE)) {
                for (ByteRange hole :
                        ByteRanges.of(0, file.bytes()).minus(file.here()).list()) {
                    channel.write(ByteBuffer.allocate((int) hole.bytes()), hole.from());
                }
            }
        }
        ModelInventory part = new ModelInventory(all.fingerprint(), files);
        Files.write(directory.resolve(ModelInventory.PARTIAL), part.partialFile());
        return part;
    }

    private Shard shard(int from, int to) {
        return new Shard(new LayerRange(from, to), layers);
    }

    @Test
    void tellsWhichLayersAreHere() throws IOException {
        ModelInventory whole = ModelInventory.of(directory);
        assertThat(whole.complete()).isTrue();
        assertThat(WeightPlaces.of(model).layers(whole)).containsExactly(new LayerRange(0, layers));

        ModelInventory part = keep(shard(1, layers));

        assertThat(ModelInventory.of(directory)).isEqualTo(part);
        assertThat(part.complete()).isFalse();
        assertThat(part.described()).isTrue();
        assertThat(part.fingerprint()).isEqualTo(whole.fingerprint());
        assertThat(WeightPlaces.of(model).layers(part)).containsExactly(new LayerRange(1, layers));
        assertThat(WeightPlaces.of(model).holds(part, shard(1, layers))).isTrue();
        assertThat(WeightPlaces.of(model).holds(part, shard(0, 1))).isFalse();
        assertThat(WeightPlaces.of(model).holds(part, shard(0, layers))).isFalse();
    }

    @Test
    void aShardTakesWhatItIsLoadedFromAndNoMore() throws IOException {
        for (int from = 0; from < layers; from++) {
            for (int to = from + 1; to <= layers; to++) {
                keep(shard(from, to));
                Architectures.load(model, shard(from, to), new CountingBackend())
                        .close();
                Files.delete(directory.resolve(ModelInventory.PARTIAL));
                refill();
            }
        }
    }

    private void refill() throws IOException {
        for (ModelFile file : ModelInventory.of(directory).files()) {
            Files.write(directory.resolve(file.name()), Files.readAllBytes(WHOLE.resolve(file.name())));
        }
    }

    @Test
    void refusesToLoadZeros() throws IOException {
        keep(shard(1, layers));
        CountingBackend backend = new CountingBackend();

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Architectures.load(model, shard(0, 1), backend))
                .withMessageContainingAll("model.safetensors", "model.embed_tokens", "only a part", "Maybe")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        assertThat(backend.unclosed()).isZero();
    }

    @Test
    void isNotPresentedAsWhole() throws IOException {
        keep(shard(0, 1));
        BuiltinModels none = new BuiltinModels(root.resolve("home/builtin"), name -> null);
        ModelRepository repository = new ModelRepository(root.resolve("home"), root.resolve("hub"), none);

        for (String name : List.of("org/part", directory.toString())) {
            assertThatExceptionOfType(ExofluxException.class)
                    .isThrownBy(() -> repository.resolve(name))
                    .withMessageContainingAll("org/part", "only a part", "hf download")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        }
        assertThat(repository.list()).singleElement().isInstanceOf(ModelEntry.Unusable.class);
        assertThat(repository.place("org/part")).contains(directory);

        Path snapshot = copyTo(root.resolve("hub/models--org--part/snapshots/0123"));
        assertThat(repository.resolve("org/part").path()).isEqualTo(snapshot);
        assertThat(repository.places()).containsExactly(Map.entry("org/part", snapshot));
    }

    @Test
    void aFingerprintIsOfConfigurationAndHeaders() throws IOException {
        String fingerprint = ModelInventory.of(directory).fingerprint();
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": 3}");
        assertThat(ModelInventory.of(directory).fingerprint()).isEqualTo(fingerprint);

        Path config = directory.resolve("config.json");
        Files.writeString(config, Files.readString(config) + "\n");
        assertThat(ModelInventory.of(directory).fingerprint()).isNotEqualTo(fingerprint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"version\":2,\"fingerprint\":\"0123456789abcdef\",\"files\":[]}",
                "{\"version\":1,\"fingerprint\":\"../../etc/passwd\",\"files\":[]}",
                "{\"version\":1,\"fingerprint\":\"0123456789abcdef\",\"files\":[{\"name\":\"../config.json\",\"bytes\":1,\"headerBytes\":0,\"sha256\":\"\",\"here\":[]}]}",
                "{\"version\":1,\"fingerprint\":\"0123456789abcdef\",\"files\":[{\"name\":\"config.json\",\"bytes\":1,\"headerBytes\":0,\"sha256\":\"\",\"here\":[[0,2]]}]}",
                "{\"version\":1,\"fingerprint\":\"0123456789abcdef\",\"files\":[{\"name\":\"config.json\",\"bytes\":1,\"headerBytes\":0,\"sha256\":\"\",\"here\":[[]]}]}",
            })
    void refusesADamagedPartialFile(String json) throws IOException {
        Files.writeString(directory.resolve(ModelInventory.PARTIAL), json);

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> ModelInventory.of(directory))
                .withMessageContaining(ModelInventory.PARTIAL)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
        assertThatExceptionOfType(ExofluxException.class).isThrownBy(() -> model.checkpoint());
    }
}
