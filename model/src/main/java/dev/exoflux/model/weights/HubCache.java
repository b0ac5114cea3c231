package dev.exoflux.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The Hugging Face client's cache: {@code models--<org>--<name>/snapshots/<commit>}, the newest commit named by
 * {@code refs/main}.
 */
final class HubCache {

    private static final String PREFIX = "models--";
    private static final String SEPARATOR = "--";

    private final Path hub;

    HubCache(Path hub) {
        this.hub = hub;
    }

    /** Directories of all models, by name. */
    Map<String, Path> models() {
        Map<String, Path> models = new TreeMap<>();
        for (Path repository : Directories.within(hub)) {
            name(repository).ifPresent(name -> snapshot(repository).ifPresent(path -> models.put(name, path)));
        }
        return models;
    }

    Optional<Path> find(String name) {
        return snapshot(hub.resolve(PREFIX + name.replace("/", SEPARATOR)));
    }

    /** The model's name, if the path is a snapshot in such a cache. */
    static Optional<String> nameOf(Path snapshot) {
        Path snapshots = snapshot.getParent();
        if (snapshots == null || !snapshots.endsWith("snapshots") || snapshots.getParent() == null) {
            return Optional.empty();
        }
        return name(snapshots.getParent());
    }

    private static Optional<String> name(Path repository) {
        String name = String.valueOf(repository.getFileName());
        return name.startsWith(PREFIX)
                ? Optional.of(name.substring(PREFIX.length()).replaceFirst(SEPARATOR, "/"))
                : Optional.empty();
    }

    private static Optional<Path> snapshot(Path repository) {
        Path snapshots = repository.resolve("snapshots");
        return mainCommit(repository)
                .map(snapshots::resolve)
                .filter(Files::isDirectory)
                .or(() -> newest(snapshots));
    }

    private static Optional<String> mainCommit(Path repository) {
        try {
            String commit =
                    Files.readString(repository.resolve("refs").resolve("main")).strip();
            return Optional.of(commit).filter(c -> c.matches("[0-9a-zA-Z]{1,64}"));
        } catch (IOException e) {
            return Optional.empty(); // fetched by commit, not by branch
        }
    }

    private static Optional<Path> newest(Path snapshots) {
        return Directories.within(snapshots).stream()
                .max(Comparator.comparingLong(path -> path.toFile().lastModified()));
    }
}
