package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that runs {@link WorkerMain}, with the socket to it and the memory shared with it. Nothing of it stays on the disk once
 * it has begun, and nothing at all once it has ended.
 */
final class WorkerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    /** A JVM takes a quarter of a second; a machine that starts a hundred things at once, some more. */
    private static final long START_SECONDS = 30;

    /** For how long an end that is under way is waited for, to be able to say how it was. */
    private static final long END_MILLIS = 500;

    /** Codes above it say by which signal a process was ended. */
    private static final int SIGNALS = 128;

    /** Of a JVM that has printed where it crashed, and leaves no core. */
    private static final int CRASH = 1;

    private static final int LONGEST_LINE = 500;

    /** Variables that would have the worker print, or listen for a debugger, as its peer does. */
    private static final List<String> NOT_FOR_WORKERS =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Process process;
    private final Link link;
    private final SharedArea area;
    private final Message first;

    /** @param first what the worker said first */
    private WorkerProcess(Process process, Link link, SharedArea area, Message first) {
        this.process = process;
        this.link = link;
        this.area = area;
        this.first = first;
    }

    /**
     * Starts one and waits until it has said something.
     *
     * @throws ExofluxException BACKEND_LOST if there is no process, or it ends at once
     */
    static WorkerProcess start(Path library, MlxSettings settings) {
        try {
            Path folder = Files.createTempDirectory("exoflux-mlx-"); // for its owner alone
            try {
                return start(library, settings, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.BACKEND_LOST,
                    "A process for MLX cannot be started: %s.%nMaybe there is no room in %s, or no more processes are allowed; the log has what it said."
                            .formatted(e, System.getProperty("java.io.tmpdir")),
                    e);
        }
    }

    private static WorkerProcess start(Path library, MlxSettings settings, Path folder) throws IOException {
        Path socket = folder.resolve("s");
        Path file = SharedArea.file(folder);
        SharedArea area = SharedArea.map(file);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            List<String> command = new ArrayList<>(java());
            command.addAll(List.of("-cp", WorkerClasses.path(folder), WorkerMain.class.getName()));
            command.addAll(List.of(socket.toString(), file.toString(), library.toString()));
            command.addAll(List.of(settings.activations().name(), Long.toString(settings.memoryBytes())));
            command.add(Boolean.toString(settings.ahead()));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            NOT_FOR_WORKERS.forEach(builder.environment()::remove);
            Process process = builder.start();
            Thread.ofPlatform().name("exoflux-mlx-log").daemon().start(() -> log(process));
            CompletableFuture<Process> ended = watched(process, server);
            try {
                Link link = new Link(server.accept());
                Message first = link.receive();
                ended.complete(process);
                return new WorkerProcess(process, link, area, first);
            } catch (IOException e) {
                throw neverBegun(process, e);
            } catch (RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            area.close();
            throw e;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static ExofluxException neverBegun(Process process, IOException cause) {
        return new ExofluxException(
                ErrorCode.BACKEND_LOST,
                "MLX could not begin: %s.%nMaybe the log has what it printed.".formatted(end(process)),
                cause);
    }

    /** Its end, or a begin that takes too long, ends the waiting for it. Completed by whoever waits no more. */
    @SuppressWarnings("FutureReturnValueIgnored") // what follows cannot fail
    private static CompletableFuture<Process> watched(Process process, ServerSocketChannel server) {
        CompletableFuture<Process> ended = process.onExit().orTimeout(START_SECONDS, TimeUnit.SECONDS);
        ended.whenComplete((its, late) -> {
            if (late != null) {
                process.destroyForcibly(); // then its end of the line closes
            }
            close(server);
        });
        return ended;
    }

    /** What it runs with: next to no heap, since all that is large is MLX's. */
    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xms8m",
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null"); // the log has its beginning, which says where it was
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    private static void log(Process process) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.warn(
                        "MLX's process {}: {}",
                        process.pid(),
                        line.substring(0, Math.min(line.length(), LONGEST_LINE)));
            }
        } catch (IOException e) {
            LOG.debug("nothing more is heard of MLX's process", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What it said first. */
    Message first() {
        return first;
    }

    Link link() {
        return link;
    }

    SharedArea area() {
        return area;
    }

    long pid() {
        return process.pid();
    }

    /** Whether the system has it stopped; false where it cannot be asked at once. */
    boolean stopped() {
        Path status = Path.of("/proc", Long.toString(pid()), "stat");
        try {
            String line = Files.isReadable(status) ? Files.readString(status) : "";
            return line.startsWith("T", line.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    /** How it ended; it is ended if it has not. */
    String end() {
        return end(process);
    }

    private static String end(Process process) {
        String how;
        try {
            how = how(process.onExit().get(END_MILLIS, TimeUnit.MILLISECONDS).exitValue());
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
            how = "closed the line";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            how = "was given up";
        }
        return "its process %d %s".formatted(process.pid(), how);
    }

    private static String how(int code) {
        if (code > SIGNALS) {
            return "was ended by signal %d".formatted(code - SIGNALS);
        }
        return "ended by itself with code %d%s".formatted(code, code == CRASH ? ", as a JVM does that crashed" : "");
    }

    /** Closes the socket, which ends the process if it lives. */
    void close() {
        try {
            link.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }
}
