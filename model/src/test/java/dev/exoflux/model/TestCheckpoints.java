package dev.exoflux.model;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The tiny checkpoints with reference logits that {@code tools/conformance} made. They are memory-mapped, so those that come
 * in a jar are unpacked first, once in a test run.
 */
public final class TestCheckpoints {

    private static final Path ROOT = root();

    private static final String CHAT_TEMPLATE = """
            {% for message in messages %}[{{ message['role'] }}] {{ message['content'] }}
            {% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}""";

    private TestCheckpoints() {}

    /** Directories of all checkpoints, by name. */
    public static List<Path> all() {
        try (Stream<Path> directories = Files.list(ROOT)) {
            return directories
                    .filter(directory -> Files.exists(directory.resolve("config.json")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One of them. */
    public static Path named(String name) {
        Path directory = ROOT.resolve(name);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(name + " is none of " + all());
        }
        return directory;
    }

    /**
     * A copy of one of them that can be served: with the tokenizer that all of them share, and a plain chat template.
     *
     * @return {@code folder/name}
     */
    public static Path servable(String name, Path folder) {
        Path copy = folder.resolve(name);
        try {
            Files.createDirectories(copy);
            for (Path source : List.of(named(name), ROOT.resolve("tokenizer"))) {
                try (Stream<Path> files = Files.list(source)) {
                    for (Path file : files.toList()) {
                        Files.copy(file, copy.resolve(file.getFileName()));
                    }
                }
            }
            Files.writeString(copy.resolve("chat_template.jinja"), CHAT_TEMPLATE);
            return copy;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Files with one quantised weight each, {@code dequantized} beside it. */
    public static List<Path> quantisedWeights() {
        try (Stream<Path> files = Files.list(ROOT.resolve("quant"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path root() {
        URL folder = Objects.requireNonNull(TestCheckpoints.class.getResource("/conformance"), "/conformance");
        try {
            URI uri = folder.toURI();
            if (!uri.getScheme().equals("jar")) {
                return Path.of(uri);
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return unpack(jar.getPath("/conformance"));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path unpack(Path source) throws IOException {
        Path target = Files.createTempDirectory("exoflux-conformance");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(target)));
        try (Stream<Path> tree = Files.walk(source)) {
            for (Path path : tree.toList()) {
                Path copy = target.resolve(source.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
        return target;
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            // the system's own temporary directory: it clears that itself
        }
    }
}
