package dev.exoflux.model.text;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * The native half of DJL's tokenizer binding: unpacked from the class path into a cache directory once, loaded once a JVM.
 *
 * <p>DJL's own loader is passed by: it looks for CUDA devices through JNA and may download a matching build, where all that is
 * needed is one file and no network.
 */
final class NativeLibrary {

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library unless it already is.
     *
     * @param cache where to keep what is unpacked; shared by processes
     * @throws ExofluxException with {@link ErrorCode#UNSUPPORTED} where there is none for this system,
     *     {@link ErrorCode#INVALID_CONFIGURATION} if the cache cannot be used
     */
    @SuppressWarnings("restricted") // what native access is for: the launcher enables it
    static synchronized void load(Path cache) {
        if (loaded) {
            return;
        }
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path directory = cache.resolve("tokenizers-" + version()).resolve(platform);
        for (String file : files(platform)) {
            Path library = directory.resolve(file);
            try {
                unpack("/native/lib/" + platform + "/cpu/" + file, library);
                System.load(library.toAbsolutePath().toString());
            } catch (IOException e) {
                throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, """
                        The tokenizer library cannot be unpacked to %s: %s.
                        Maybe the disk is full, or EXOFLUX_HOME should name a directory that can be written.""".formatted(library, e), e);
            } catch (UnsatisfiedLinkError e) {
                throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, """
                        The tokenizer library %s cannot be loaded: %s.
                        Maybe the directory is mounted noexec, or this system's C library is not glibc.""".formatted(library, e.getMessage()), e);
            }
        }
        loaded = true;
    }

    private static String platform(String os, String arch) {
        String name = os.toLowerCase(Locale.ROOT);
        String system = name.startsWith("mac") ? "osx" : name.startsWith("windows") ? "win" : name;
        String processor = switch (arch) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> arch;
        };
        return system + "-" + processor;
    }

    /** In the order of their dependencies. */
    private static List<String> files(String platform) {
        return platform.startsWith("win-")
                ? List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll")
                : List.of(System.mapLibraryName("tokenizers"));
    }

    private static String version() {
        try (InputStream in = NativeLibrary.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another process may do the same at this moment: both write a file of their own and rename it, which is atomic. */
    private static void unpack(String resource, Path target) throws IOException {
        URL source = NativeLibrary.class.getResource(resource);
        if (source == null) {
            throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                    There is no tokenizer library for this system (%s).
                    Maybe run exoflux on Linux (x86_64, aarch64), macOS (Apple silicon) or Windows (x86_64).""".formatted(resource));
        }
        long size = source.openConnection().getContentLengthLong();
        if (Files.isRegularFile(target) && Files.size(target) == size) {
            return;
        }
        Path directory = Files.createDirectories(target.toAbsolutePath().getParent());
        Path temporary = Files.createTempFile(directory, "unpacking", ".tmp");
        try (InputStream in = source.openStream()) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
