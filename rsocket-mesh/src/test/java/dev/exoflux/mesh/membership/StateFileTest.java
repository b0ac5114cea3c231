package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFileTest {

    private static final List<Entry> ENTRIES = List.of(
            new Entry("org/model", "{\"stages\":3}", new Version(7, 3, "a1b2")),
            new Entry("removed", null, new Version(8, 2, "c3d4")));

    @TempDir
    Path directory;

    @Test
    void keepsWhatWasWrittenAndNothingElseBesideIt() throws IOException {
        StateFile file = new StateFile(directory.resolve("peers/0/state-test"));
        assertThat(file.read()).isEmpty();
        file.write(ENTRIES.subList(0, 1));
        file.write(ENTRIES);
        assertThat(file.read()).isEqualTo(ENTRIES);
        try (var files = Files.list(directory.resolve("peers/0"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aDamagedFileIsSetAsideWhereverItIsDamaged() throws IOException {
        Path path = directory.resolve("state-test");
        StateFile file = new StateFile(path);
        file.write(ENTRIES);
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            Files.write(path, flipped);
            assertThat(file.read()).isEmpty();
            assertThat(path).doesNotExist();
            assertThat(directory.resolve("state-test.damaged")).exists();
            Files.write(path, Arrays.copyOf(whole, at));
            assertThat(file.read()).isEmpty();
        }
        file.write(ENTRIES);
        assertThat(file.read()).isEqualTo(ENTRIES);
    }
}
