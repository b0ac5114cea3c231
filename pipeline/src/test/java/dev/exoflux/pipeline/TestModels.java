package dev.exoflux.pipeline;

import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Complete model directories: a tiny checkpoint and the tokenizer of its vocabulary. */
final class TestModels {

    private TestModels() {}

    /** A model called {@code test/<checkpoint>}, in a directory of its own that the test may change first. */
    static Path copy(Path folder, String checkpoint) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(checkpoint));
        for (Path source : List.of(TestCheckpoints.named(checkpoint), TestCheckpoints.named("tokenizer"))) {
            try (Stream<Path> files = Files.list(source)) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            directory.resolve(String.valueOf(file.getFileName())),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return directory;
    }

    static ModelDirectory open(Path directory) {
        return ModelDirectory.open("test/" + directory.getFileName(), directory);
    }
}
