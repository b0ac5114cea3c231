package dev.exoflux.model.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The models that come in the jar. Since weights are memory-mapped they are unpacked on first use, to a directory named by
 * the hash of what it holds, so that versions of exoflux do not disturb one another. It appears by one rename: two
 * processes may unpack at once, and one that dies leaves nothing that looks finished.
 */
final class BuiltinModels {

    static final String OWNER = "exoflux";

    /** In the form of {@code sha256sum}: every file of the built-in models, and by its own hash their version. */
    static final String CHECKSUMS = "SHA256SUMS";

    private final Path directory;
    private final Function<String, @Nullable InputStream> resources;

    /**
     * Models from anywhere.
     *
     * @param directory to unpack to
     * @param resources opens a file of the built-in models, null where there is none
     */
    BuiltinModels(Path directory, Function<String, @Nullable InputStream> resources) {
        this.directory = directory;
        this.resources = resources;
    }

    /** Those in the jar of this class. */
    static BuiltinModels ofJar(Path directory) {
        String folder = "/dev/exoflux/model/builtin/";
        return new BuiltinModels(directory, name -> BuiltinModels.class.getResourceAsStream(folder + name));
    }

    /** Where they are unpacked to. */
    Path directory() {
        return directory;
    }

    /** Names such as {@code exoflux/tiny}, in the order of the checksums. */
    List<String> names() {
        return files().stream()
                .map(file -> OWNER + "/" + file.substring(0, file.indexOf('/')))
                .distinct()
                .toList();
    }

    /** The directory of a built-in model, unpacked if it is not yet; empty if there is none of that name. */
    Optional<Path> find(String name) {
        return names().contains(name) ? Optional.of(unpacked().resolve(name)) : Optional.empty();
    }

    /** Opens one file of a built-in model, such as {@code tiny/tokenizer.json}. */
    Optional<InputStream> open(String file) {
        return Optional.ofNullable(resources.apply(file));
    }

    private List<String> files() {
        return checksums()
                .lines()
                .map(line -> line.substring(line.indexOf(' ')).strip())
                .toList();
    }

    private String checksums() {
        try (InputStream in = resources.apply(CHECKSUMS)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path unpacked() {
        Path target = directory.resolve(sha256(checksums()).substring(0, 16));
        if (!Files.isDirectory(target)) {
            try {
                unpackTo(target);
            } catch (IOException e) {
                throw new ExofluxException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "The built-in model cannot be unpacked to " + target + ": " + e
                                + "\nMaybe set EXOFLUX_HOME to a directory that can be written.",
                        e);
            }
        }
        return target;
    }

    private void unpackTo(Path target) throws IOException {
        Files.createDirectories(directory);
        Path temporary = Directories.createTemporary(directory, ".unpacking-");
        try {
            for (String file : files()) {
                Path path = temporary.resolve(OWNER).resolve(file);
                Files.createDirectories(path.resolveSibling(""));
                copy(file, path);
            }
            publish(temporary, target);
        } finally {
            Directories.delete(temporary);
        }
    }

    private void copy(String file, Path path) throws IOException {
        try (InputStream in = open(file).orElseThrow(() -> new IOException("the jar lacks " + file));
                FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            in.transferTo(Channels.newOutputStream(out));
            out.force(true); // or a power failure could keep the rename and lose the bytes
        }
    }

    private static void publish(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (IOException e) {
            if (!Files.isDirectory(target)) { // else another process was first, with the same bytes
                throw e;
            }
        }
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
