package dev.exoflux.mlx.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibrarySearchTest {

    @TempDir
    Path folder;

    private Path library(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    @Test
    void theVariableNamesTheOnlyPlace() throws IOException {
        Path here = library("here/libmlxc.so");
        Path below = library("below/lib/libmlxc.so");
        assertThat(linux(Map.of("EXOFLUX_MLX_HOME", folder.resolve("here").toString()))
                        .require())
                .isEqualTo(here);
        assertThat(linux(Map.of("EXOFLUX_MLX_HOME", folder.resolve("below").toString()))
                        .require())
                .isEqualTo(below);
        library("home/.exoflux/mlx/lib/libmlxc.so");
        LibrarySearch elsewhere =
                linux(Map.of("EXOFLUX_MLX_HOME", folder.resolve("nowhere").toString()));
        assertThat(elsewhere.find()).isEmpty();
    }

    @Test
    void whatTheScriptInstalledIsFoundInItsHome() throws IOException {
        Path usual = library("home/.exoflux/mlx/lib/libmlxc.so");
        Path set = library("set/mlx/lib/libmlxc.so");
        assertThat(linux(Map.of()).find()).contains(usual);
        assertThat(linux(Map.of("EXOFLUX_HOME", folder.resolve("set").toString()))
                        .find())
                .contains(set);
        assertThat(LibrarySearch.of(Map.of(), "Linux", folder, folder.resolve("set"))
                        .find())
                .contains(set);
    }

    @Test
    void aFailureNamesEveryPlaceAndWhatToDo() {
        assertThatThrownBy(() -> linux(Map.of()).require()).isInstanceOfSatisfying(ExofluxException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
            assertThat(e)
                    .hasMessageContaining("/usr/local/lib/libmlxc.so")
                    .hasMessageContaining(
                            folder.resolve("home/.exoflux/mlx/lib/libmlxc.so").toString())
                    .hasMessageContaining("/usr/lib/libmlxc.so")
                    .hasMessageContaining("\nMaybe install it")
                    .hasMessageContaining("install-mlx-linux.sh");
        });
        LibrarySearch mac = LibrarySearch.of(Map.of(), "Mac OS X", folder.resolve("home"), null);
        if (mac.find().isEmpty()) {
            assertThatThrownBy(mac::require)
                    .hasMessageContaining("/opt/homebrew/lib/libmlxc.dylib")
                    .hasMessageContaining("brew install mlx-c");
        }
    }

    private LibrarySearch linux(Map<String, String> environment) {
        return LibrarySearch.of(environment, "Linux", folder.resolve("home"), null);
    }
}
