package dev.exoflux.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What is done to directories in more than one place. */
final class Directories {

    private Directories() {}

    /** Directories within a directory, by name; none where it is missing or may not be read. */
    static List<Path> within(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** A new directory with the usual permissions, unlike the system's temporary ones, since it is renamed when finished. */
    static Path createTemporary(Path parent, String prefix) throws IOException {
        return Files.createDirectory(parent.resolve(prefix + UUID.randomUUID()));
    }

    /** Removes a directory with all it holds, as far as that goes. */
    static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // a leftover in our own temporary directory: in nobody's way
        }
    }
}
