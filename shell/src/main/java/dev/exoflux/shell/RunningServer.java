package dev.exoflux.shell;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers of this user on this machine: each leaves a file {@code EXOFLUX_HOME/run/HOST-PORT} with its address while it runs,
 * so that other commands find one on any port.
 */
final class RunningServer {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private RunningServer() {}

    /** Notes a server that is ready. Where that cannot be written the server runs all the same, only other commands do not find it. */
    static Path record(Path home, URI address) {
        Path file = home.resolve("run").resolve(address.getAuthority().replace(':', '-'));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, address.toString());
        } catch (IOException e) {
            LOG.warn(
                    "chat and peers will not find this server by themselves: {} cannot be written ({})",
                    file,
                    e.toString());
        }
        return file;
    }

    /** Forgets it again. */
    static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // a file that stays behind is recognised by its server not answering
        }
    }

    /** The address of a server that answers: one of this data directory, by the name of its record, else the default port's. */
    static Optional<URI> find(Path home, HttpClient http) {
        return Stream.concat(recorded(home).stream(), Stream.of("http://127.0.0.1:" + ServeCommand.DEFAULT_PORT))
                .distinct()
                .map(URI::create)
                .filter(address -> answers(address, http))
                .findFirst();
    }

    private static List<String> recorded(Path home) {
        Path directory = home.resolve("run");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted()
                    .map(RunningServer::read)
                    .filter(line -> line.startsWith("http"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return ""; // its server has just ended
        }
    }

    /** Whether an exoflux, and not some other program, listens there. */
    private static boolean answers(URI address, HttpClient http) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve("/health"))
                    .timeout(PATIENCE)
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 && response.body().contains("exoflux");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
