package dev.exoflux.dsl.yaml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files under {@code samples/pipelines}. */
final class Samples {

    /** The repository, from the folder that Maven tests this module in. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Samples() {}

    static List<Path> all() {
        try (Stream<Path> files = Files.list(ROOT.resolve("samples/pipelines"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path of(String name) {
        return ROOT.resolve("samples/pipelines").resolve(name);
    }
}
