package dev.exoflux.shell;

import dev.exoflux.mlx.MlxBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** MLX is installed once, and every test has a home of its own. */
public final class InstalledMlx {

    private InstalledMlx() {}

    /** Makes that home use it. Without MLX the test is skipped, unless {@code EXOFLUX_CI} is set: then it fails. */
    public static void shareWith(Path home) throws IOException {
        Optional<Path> library = MlxBackends.find(null);
        if (library.isEmpty()) {
            if (System.getenv("EXOFLUX_CI") != null) {
                throw new AssertionError("MLX is not installed, and EXOFLUX_CI is set");
            }
            Assumptions.abort("MLX is not installed. Maybe " + MlxBackends.advice(null));
        }
        Path link = Files.createDirectories(home).resolve("mlx");
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(
                    link, library.get().toRealPath().resolve("../..").normalize());
        }
    }
}
