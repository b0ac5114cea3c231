package dev.exoflux.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Compiling and trying them takes seconds, and every test has a home of its own. */
public final class CompiledKernels {

    private CompiledKernels() {}

    /** Makes that home use those that all tests share. */
    public static void shareWith(Path home) throws IOException {
        Path link = home.resolve("native");
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Path shared = Files.createDirectories(Path.of("target", "native").toAbsolutePath());
            Files.createSymbolicLink(link, shared);
        }
    }
}
