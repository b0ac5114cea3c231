package dev.exoflux.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a command reads and writes, and what surrounds it.
 *
 * @param out results: what a pipe should carry
 * @param err everything else: progress, hints, errors
 * @param terminal whether a person sits in front (input and output are a terminal)
 * @param environment environment variables
 */
record Console(PrintWriter out, PrintWriter err, boolean terminal, Map<String, String> environment) {

    /** The process's own streams. */
    @SuppressWarnings("SystemConsoleNull") // it is null again from JDK 25 on where there is no terminal
    static Console ofProcess() {
        java.io.Console console = System.console();
        return new Console(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                console != null && console.isTerminal(),
                System.getenv());
    }

    /** Directory of all data: {@code EXOFLUX_HOME}, else {@code ~/.exoflux}. */
    Path home() {
        String given = environment.get("EXOFLUX_HOME");
        return given == null || given.isBlank()
                ? Path.of(System.getProperty("user.home"), ".exoflux")
                : Path.of(given).toAbsolutePath();
    }

    /** Everything that was piped into the program, without the last line's end. */
    String piped() {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (reader) {
            return reader.lines().collect(Collectors.joining("\n"));
        } catch (UncheckedIOException | IOException e) {
            return "";
        }
    }
}
