package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.TestCheckpoints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRepositoryTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path root;

    private Path models;
    private Path hub;
    private ModelRepository repository;

    @BeforeEach
    void layOut() {
        models = root.resolve("home/models");
        hub = root.resolve("hub");
        BuiltinModels none = new BuiltinModels(root.resolve("home/builtin"), name -> null);
        repository = new ModelRepository(root.resolve("home"), hub, none);
    }

    @Test
    void findsModelsInItsOwnDirectory() throws IOException {
        model(models.resolve("org/name"));
        model(models.resolve("single"));

        assertThat(repository.resolve("org/name").id()).isEqualTo("org/name");
        assertThat(repository.resolve("org/name").path()).isEqualTo(models.resolve("org/name"));
        assertThat(repository.resolve("single").id()).isEqualTo("single");
    }

    @Test
    void findsModelsInTheHubsCache() throws IOException {
        Path snapshot = snapshot("models--org--name", COMMIT);
        snapshot("models--org--name", "fedcba9876543210fedcba9876543210fedcba98");
        ref("models--org--name", COMMIT);

        assertThat(repository.resolve("org/name").path()).isEqualTo(snapshot);
        assertThat(repository.resolve("org/name").id()).isEqualTo("org/name");
    }

    @Test
    void findsASnapshotWithoutABranch() throws IOException {
        Path snapshot = snapshot("models--name", COMMIT);

        assertThat(repository.resolve("name").path()).isEqualTo(snapshot);
    }

    @Test
    void prefersItsOwnDirectoryToTheHubs() throws IOException {
        snapshot("models--org--name", COMMIT);
        model(models.resolve("org/name"));

        assertThat(repository.resolve("org/name").path()).isEqualTo(models.resolve("org/name"));
        assertThat(repository.list()).hasSize(1);
    }

    @Test
    void opensAnyDirectory() throws IOException {
        Path directory = model(root.resolve("somewhere/my-model"));

        assertThat(repository.resolve(directory.toString()).id()).isEqualTo("my-model");
        assertThat(repository.resolve(directory + "/../my-model/").id()).isEqualTo("my-model");
    }

    @Test
    void namesADirectoryAsItsPlaceDoes() throws IOException {
        Path snapshot = snapshot("models--org--name-2", COMMIT);
        Path own = model(models.resolve("other/name"));

        assertThat(repository.resolve(snapshot.toString()).id()).isEqualTo("org/name-2");
        assertThat(repository.resolve(own.toString()).id()).isEqualTo("other/name");
    }

    @Test
    void findsTheBuiltinModels() {
        BuiltinModels builtin = new BuiltinModels(root.resolve("home/builtin"), name -> {
            if (name.equals(BuiltinModels.CHECKSUMS)) {
                return stream("00  tiny/config.json\n01  tiny/model.safetensors\n".getBytes(StandardCharsets.UTF_8));
            }
            try {
                return stream(
                        Files.readAllBytes(TestCheckpoints.named("llama-q8-g64").resolve(name.replace("tiny/", ""))));
            } catch (IOException e) {
                return null;
            }
        });
        ModelRepository withBuiltin = new ModelRepository(root.resolve("home"), hub, builtin);

        assertThat(withBuiltin.resolve("exoflux/tiny").id()).isEqualTo("exoflux/tiny");
        assertThat(withBuiltin.list()).singleElement().isInstanceOfSatisfying(ModelEntry.Usable.class, usable -> {
            assertThat(usable.id()).isEqualTo("exoflux/tiny");
            assertThat(usable.card().quantization()).isEqualTo("8-bit g64");
        });
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    @Test
    void listsWhatIsDamagedWithTheReason() throws IOException {
        model(models.resolve("org/good"));
        Path truncated = model(models.resolve("org/truncated"));
        Path weights = truncated.resolve("model.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 60_000));
        Files.createDirectories(models.resolve("org/empty"));
        Files.delete(model(models.resolve("org/no-weights")).resolve("model.safetensors"));
        Path bert = Files.createDirectories(
                hub.resolve("models--org--bert/snapshots").resolve(COMMIT));
        Files.writeString(bert.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.createDirectories(hub.resolve("datasets--org--text/snapshots").resolve(COMMIT));

        List<ModelEntry> entries = repository.list();

        assertThat(entries)
                .extracting(ModelEntry::id)
                .containsExactly("org/empty", "org/good", "org/no-weights", "org/truncated", "org/bert");
        assertThat(entries)
                .extracting(ModelRepositoryTest::reason)
                .satisfiesExactly(
                        empty -> assertThat(empty).contains("config.json: there is no such file"),
                        good -> assertThat(good).isEmpty(),
                        bare -> assertThat(bare).contains("neither model.safetensors nor"),
                        cut -> assertThat(cut).contains("model.safetensors: tensor", "cut short"),
                        other -> assertThat(other).contains("\"bert\" is not supported"));
    }

    private static String reason(ModelEntry entry) {
        return switch (entry) {
            case ModelEntry.Usable _ -> "";
            case ModelEntry.Unusable unusable ->
                String.valueOf(unusable.reason().getMessage());
        };
    }

    @Test
    void listsTheOthersWhereTheBuiltinModelsCannotBeUnpacked() throws IOException {
        model(models.resolve("org/good"));
        Files.writeString(root.resolve("home/builtin"), "a file in the way");
        BuiltinModels builtin = new BuiltinModels(
                root.resolve("home/builtin"),
                name -> stream("00  tiny/config.json\n".getBytes(StandardCharsets.UTF_8)));

        List<ModelEntry> entries = new ModelRepository(root.resolve("home"), hub, builtin).list();

        assertThat(entries).extracting(ModelEntry::id).containsExactly("exoflux/tiny", "org/good");
        assertThat(reason(entries.getFirst())).contains("cannot be unpacked", "EXOFLUX_HOME");
    }

    @Test
    void listsNothingWhereThereIsNothing() {
        assertThat(repository.list()).isEmpty();
    }

    @Test
    void saysHowToGetAModelThatIsNotThere() {
        assertNotFound(
                "org/name",
                "There is no model org/name",
                "hf download org/name",
                models.resolve("org/name").toString());
    }

    @Test
    void suggestsNamesThatAreNear() throws IOException {
        model(models.resolve("mlx-community/Llama-3.2-1B-Instruct-4bit"));
        model(models.resolve("other/thing"));

        assertNotFound(
                "mlx-community/llama-3.2-1b-instruct-4bits",
                "Maybe you mean mlx-community/Llama-3.2-1B-Instruct-4bit.");
        assertNotFound("Llama-3.2-1B-Instruct-4bit", "Maybe you mean mlx-community/Llama-3.2-1B-Instruct-4bit.");
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> repository.resolve("quite/different"))
                .withMessageNotContaining("you mean");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/no/such/directory", "./no-such-directory", "~/nothing", "..", "a/b/c", "", "a\u0000b", "-x"})
    void saysThatThereIsNoSuchDirectory(String path) {
        assertNotFound(path.equals("..") ? "../no-such-directory" : path, "no");
    }

    @Test
    void saysThatAFileIsNoDirectory() throws IOException {
        Path file = Files.writeString(root.resolve("model.gguf"), "");

        assertNotFound(file.toString(), file + " is not a directory");
    }

    @Test
    void followsTheHubsRulesForItsCache() {
        Path home = Path.of("/home/me");

        assertThat(ModelRepository.huggingFaceHub(Map.of(), home)).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(ModelRepository.huggingFaceHub(Map.of("HF_HOME", "/hf"), home))
                .isEqualTo(Path.of("/hf/hub"));
        assertThat(ModelRepository.huggingFaceHub(Map.of("HF_HOME", "/hf", "HF_HUB_CACHE", "/cache"), home))
                .isEqualTo(Path.of("/cache"));
        assertThat(ModelRepository.huggingFaceHub(Map.of("HF_HOME", "", "HF_HUB_CACHE", " "), home))
                .isEqualTo(home.resolve(".cache/huggingface/hub"));
    }

    private void assertNotFound(String name, String... said) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> repository.resolve(name))
                .withMessageContainingAll(said)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND));
    }

    private Path snapshot(String repositoryName, String commit) throws IOException {
        return model(hub.resolve(repositoryName).resolve("snapshots").resolve(commit));
    }

    private void ref(String repositoryName, String commit) throws IOException {
        Path refs = Files.createDirectories(hub.resolve(repositoryName).resolve("refs"));
        Files.writeString(refs.resolve("main"), commit + "\n");
    }

    private static Path model(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(TestCheckpoints.named("llama-q8-g64"))) {
            for (Path file : files.filter(f -> f.endsWith("model.safetensors") || f.endsWith("config.json"))
                    .toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        return directory;
    }
}
