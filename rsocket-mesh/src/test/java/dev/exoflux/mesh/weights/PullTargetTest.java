package dev.exoflux.mesh.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.ModelRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PullTargetTest {

    @TempDir
    private Path root;

    /** Its directory may be another pull's by then, and a whole model. */
    @Test
    void saysNothingOnceItIsClosed() throws IOException {
        ModelInventory wanted = ModelInventory.of(new ModelRepository(root.resolve("source"), root)
                .resolve("exoflux/tiny")
                .path());
        Path directory = root.resolve("pulled");
        PullTarget target = PullTarget.open(directory, wanted, Long.MAX_VALUE);
        Path said = directory.resolve(ModelInventory.PARTIAL);
        assertThat(said).exists();
        target.close();
        Files.delete(said);

        target.save();
        target.close();

        assertThat(said).doesNotExist();
        assertThat(target.missing(Map.of("config.json", ByteRanges.of(0, 1)))).isNotEmpty();
    }
}
