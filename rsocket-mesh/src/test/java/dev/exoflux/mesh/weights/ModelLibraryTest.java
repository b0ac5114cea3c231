package dev.exoflux.mesh.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelFile;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.model.weights.WeightPlaces;
import dev.exoflux.pipeline.placement.HeldModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a peer says it has on its disk. */
final class ModelLibraryTest {

    private static final String ID = "some/llama-q8-g64";

    @TempDir
    private Path home;

    private Path directory;
    private ModelLibrary library;
    private Shard whole;

    @BeforeEach
    void fill() {
        directory = TestCheckpoints.servable("llama-q8-g64", home.resolve("models/some"));
        library = new ModelLibrary(new ModelRepository(home, home.resolve("hub")));
        whole = Shard.whole(ModelDirectory.open(ID, directory).config().layers());
    }

    private HeldModel held() {
        return library.held().stream()
                .filter(model -> model.id().equals(ID))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void hasTheBuiltinModelsAndItsOwn() {
        assertThat(library.held()).extracting(HeldModel::id).contains("exoflux/tiny", ID);
        assertThat(held().complete()).isTrue();
        assertThat(held().fingerprint()).isEqualTo(library.fingerprint(ID).orElseThrow());
        assertThat(library.holds(ID, whole)).isTrue();
        assertThat(library.holds(ID, Shard.whole(whole.modelLayers() + 1))).isFalse();
        assertThat(library.find("some/other")).isEmpty();
        assertThat(library.find("../../etc")).isEmpty();
    }

    @Test
    void followsWhatComesAndGoes() throws IOException {
        assertThat(held().complete()).isTrue();
        ModelInventory all = ModelInventory.of(directory);
        WeightPlaces places = WeightPlaces.of(ModelDirectory.open(ID, directory));

        say(all, ByteRanges.NONE);
        assertThat(held().complete()).isFalse();
        assertThat(held().layers()).isEmpty();
        assertThat(held().bytes()).isLessThan(all.bytes());
        assertThat(library.find(ID)).isPresent();

        Shard first = new Shard(new LayerRange(0, 1), whole.modelLayers());
        say(all, places.of(first).getOrDefault("model.safetensors", ByteRanges.NONE));
        assertThat(held().layers()).containsExactly(new LayerRange(0, 1));
        assertThat(held().holds(0)).isTrue();
        assertThat(held().holds(1)).isFalse();
        assertThat(library.holds(ID, first)).isTrue();
        assertThat(library.holds(ID, whole)).isFalse();

        Files.delete(directory.resolve(ModelInventory.PARTIAL));
        assertThat(held().complete()).isTrue();

        Files.delete(directory.resolve("model.safetensors"));
        assertThat(library.held()).extracting(HeldModel::id).doesNotContain(ID);
        assertThat(library.find(ID)).isEmpty();
    }

    @Test
    void aModelThatHasOnlyBegunToArriveIsNotThere() throws IOException {
        ModelInventory all = ModelInventory.of(directory);
        List<ModelFile> files =
                all.files().stream().map(file -> file.with(ByteRanges.NONE)).toList();
        Files.write(
                directory.resolve(ModelInventory.PARTIAL), new ModelInventory(all.fingerprint(), files).partialFile());

        assertThat(library.find(ID)).isEmpty();
        assertThat(library.held()).extracting(HeldModel::id).doesNotContain(ID);
    }

    /** That of the weights only these bytes are here. */
    private void say(ModelInventory all, ByteRanges weights) throws IOException {
        List<ModelFile> files = all.files().stream()
                .map(file -> file.weights() ? file.with(file.description().plus(weights)) : file)
                .toList();
        Path next = directory.resolve("next");
        Files.write(next, new ModelInventory(all.fingerprint(), files).partialFile());
        Files.move(next, directory.resolve(ModelInventory.PARTIAL), StandardCopyOption.REPLACE_EXISTING);
    }
}
