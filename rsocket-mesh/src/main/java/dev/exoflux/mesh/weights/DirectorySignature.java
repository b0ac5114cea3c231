package dev.exoflux.mesh.weights;

import dev.exoflux.model.weights.ModelInventory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What changes when a directory does: which files there are, how large, how old. While weights are being fetched, their files
 * change all the time; then what counts is the one file that says how far they have come.
 */
record DirectorySignature(Map<String, Stamp> files) {

    /** Of a file; one that was written anew has another {@code key} or time. */
    record Stamp(long bytes, long modified, @Nullable Object key) {}

    static DirectorySignature of(Path directory) throws IOException {
        Optional<Stamp> partial = stamp(directory.resolve(ModelInventory.PARTIAL));
        if (partial.isPresent()) {
            return new DirectorySignature(Map.of(ModelInventory.PARTIAL, partial.get()));
        }
        Map<String, Stamp> files = new TreeMap<>();
        for (Path file : children(directory)) {
            stamp(file).ifPresent(stamp -> files.put(String.valueOf(file.getFileName()), stamp));
        }
        return new DirectorySignature(files);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Optional<Stamp> stamp(Path file) throws IOException {
        try {
            BasicFileAttributes its = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(its.size(), its.lastModifiedTime().toMillis(), its.fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
