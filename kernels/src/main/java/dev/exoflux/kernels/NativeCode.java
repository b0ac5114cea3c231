package dev.exoflux.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * C source from our own resources, compiled for this very processor by the compiler that is installed here. A library is
 * named after a hash of all that made it, so that one made of other source, by another compiler or for another processor is
 * never taken for it.
 */
final class NativeCode {

    /** What is compiled, and what that includes. */
    private static final List<String> SOURCES =
            List.of("amx.c", "attention.c", "bf16_products.c", "dot_products.c", "narrow.c");

    private static final List<String> HEADERS =
            List.of("amx.h", "bf16_products.h", "narrow.h", "rounding.h", "tiles.h", "vectors.h");
    private static final long COMPILE_SECONDS = 60;

    /** A lesser processor than this one, to see how fast that would be: {@code haswell} has AVX2 and no more. */
    private static final String TARGET = "exoflux.native.target";

    /** What lines of {@code /proc/cpuinfo} that tell processors apart begin with, on x86 and on Arm. */
    private static final List<String> PROCESSOR =
            List.of("flags", "model name", "Features", "CPU implementer", "CPU part", "CPU variant");

    /** Contraction would fuse what the Java kernels do not fuse. */
    private static final List<String> FLAGS = List.of("-O3", "-ffp-contract=off", "-fPIC", "-shared", "-std=gnu11");

    /** How compilers are told the processor, for the architectures that the source is written for. */
    private static final Map<String, String> TARGET_FLAGS =
            Map.of("amd64", "-march=", "x86_64", "-march=", "aarch64", "-mcpu=", "arm64", "-mcpu=");

    private final Path compiler;
    private final Path directory;
    private final String target;
    private final List<String> more;
    private final Map<String, byte[]> source;
    private final String key;

    private NativeCode(Path compiler, Path directory, String target, List<String> more) throws IOException {
        this.compiler = compiler;
        this.directory = directory;
        this.target = target;
        this.more = more;
        this.source = source();
        this.key = key();
    }

    private static Map<String, byte[]> source() throws IOException {
        Map<String, byte[]> source = new TreeMap<>();
        for (String name : Stream.concat(SOURCES.stream(), HEADERS.stream()).toList()) {
            try (InputStream in = NativeCode.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IOException("no resource " + name);
                }
                source.put(name, in.readAllBytes());
            }
        }
        return source;
    }

    /**
     * The code for this machine, or null where there is no compiler, or none of the processors it is written for.
     *
     * @param directory of what is compiled
     */
    static @Nullable NativeCode here(Path directory) throws IOException {
        return target(directory, System.getProperty(TARGET, "native"));
    }

    /**
     * @param target a processor, as the compiler's {@code -march} or, on Arm, {@code -mcpu} names it
     * @param more flags
     */
    static @Nullable NativeCode target(Path directory, String target, String... more) throws IOException {
        Path compiler = TARGET_FLAGS.containsKey(architecture()) ? compiler() : null;
        return compiler == null ? null : new NativeCode(compiler, directory, target, List.of(more));
    }

    private static String architecture() {
        return System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    }

    /** A file beside the library that shares its name and fate. */
    Path file(String extension) {
        return directory.resolve("kernels-" + key + extension);
    }

    /** The library, compiled unless it is there already. */
    Path library() throws IOException {
        Path library = file(".so");
        if (Files.exists(library)) {
            return library;
        }
        Files.createDirectories(directory);
        Path work = Files.createTempDirectory(directory, "compile-");
        try {
            for (Map.Entry<String, byte[]> file : source.entrySet()) {
                Files.write(work.resolve(file.getKey()), file.getValue());
            }
            Path output = work.resolve("library.so");
            run(command(work, output), work.resolve("messages.txt"));
            // several processes may have compiled it at once: each moves a whole file there
            return Files.move(output, library, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
    }

    private List<String> command(Path work, Path output) {
        List<String> command = new ArrayList<>(List.of(compiler.toString()));
        command.addAll(FLAGS);
        command.addAll(more);
        command.add(TARGET_FLAGS.get(architecture()) + target);
        command.addAll(List.of("-o", output.toString()));
        SOURCES.forEach(name -> command.add(work.resolve(name).toString()));
        return command;
    }

    private static void run(List<String> command, Path messages) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        try {
            if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("%s took more than %d s".formatted(command.getFirst(), COMPILE_SECONDS));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("%s was interrupted".formatted(command.getFirst()), e);
        }
        if (process.exitValue() != 0) {
            String said = Files.readString(messages, UTF_8).lines().limit(3).reduce("", (a, b) -> a + " | " + b);
            throw new IOException("%s ended with %d%s".formatted(command.getFirst(), process.exitValue(), said));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private String key() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            source.values().forEach(digest::update);
            digest.update((FLAGS + target + more).getBytes(UTF_8));
            digest.update(compiler.toRealPath().toString().getBytes(UTF_8));
            digest.update(processor().getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the compiler's {@code native} depends on. */
    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.name");
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(line -> PROCESSOR.stream().anyMatch(line::startsWith))
                    .distinct()
                    .toList()
                    .toString();
        }
    }

    private static @Nullable Path compiler() {
        String path = System.getenv("PATH");
        for (String directory : path == null ? new String[0] : path.split(":")) {
            for (String name : List.of("cc", "gcc", "clang")) {
                Path candidate = Path.of(directory, name);
                if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }
}
