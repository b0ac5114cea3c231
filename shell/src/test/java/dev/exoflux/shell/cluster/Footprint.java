package dev.exoflux.shell.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process takes of its machine: threads, open files, and bytes of memory. */
record Footprint(long threads, long files, long bytes) {

    static Footprint of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            return new Footprint(status(process, "Threads"), open.count(), 1024 * status(process, "VmRSS"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long status(Path process, String field) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
