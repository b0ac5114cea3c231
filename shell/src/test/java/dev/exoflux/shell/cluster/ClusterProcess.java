package dev.exoflux.shell.cluster;

import static org.awaitility.Awaitility.await;

import dev.exoflux.shell.CompiledKernels;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One {@code exoflux serve} on a host of the test's network, with a home of its own that outlives it. */
final class ClusterProcess {

    /** How long anything may take that should take seconds. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Pattern LEAK = Pattern.compile("LEAK:|ResourceLeakDetector");

    private final TestNetwork network;
    private final int host;
    private final Path home;
    private final Path log;
    private final List<String> options;
    private @Nullable Process process;

    /** @param folder for its home and its log */
    ClusterProcess(TestNetwork network, int host, Path folder, List<String> options) {
        this.network = network;
        this.host = host;
        this.home = folder.resolve("home" + host);
        this.log = folder.resolve("peer" + host + ".log");
        this.options = List.copyOf(options);
    }

    void start(String... more) {
        try {
            CompiledKernels.shareWith(Files.createDirectories(home));
            ProcessBuilder builder = new ProcessBuilder(command(more));
            builder.environment().put("EXOFLUX_HOME", home.toString());
            builder.environment().put("HF_HOME", home.resolve("hub").toString());
            builder.environment().put("EXOFLUX_CLUSTER_HOST", network.address(host));
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(String... more) {
        List<String> command = new ArrayList<>(network.prefix(host));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0",
                "-Xms192m",
                "-Xmx192m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.leakDetection.level=paranoid",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.exoflux.shell.ExofluxMain",
                "serve",
                "--host",
                network.address(host),
                "--port",
                Integer.toString(network.httpPort(host))));
        if (!List.of(more).contains("--alone")) {
            command.addAll(options);
        }
        command.addAll(List.of(more));
        return command;
    }

    int host() {
        return host;
    }

    Path home() {
        return home;
    }

    Api api() {
        return new Api(URI.create("http://%s:%d".formatted(network.address(host), network.httpPort(host))));
    }

    /** Until its models answer. */
    void awaitReady() {
        await(this + " to answer").pollInterval(POLL).atMost(PATIENCE).until(() -> {
            try {
                return api().get("/ready").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    boolean runs() {
        Process its = process;
        return its != null && its.isAlive();
    }

    private Process running() {
        Process its = process;
        if (its == null) {
            throw new IllegalStateException("peer " + host + " was never started");
        }
        return its;
    }

    long pid() {
        return running().pid();
    }

    /** The process that computes for it. */
    ProcessHandle worker() {
        return running().children().filter(ProcessHandle::isAlive).findFirst().orElseThrow();
    }

    /** Ends it as a power cut would. */
    void kill() {
        running().destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    void signal(String name) {
        Commands.run("kill", "-" + name, Long.toString(running().pid()));
    }

    /** Its exit code, when it has ended by itself. */
    int awaitEnd() {
        return running()
                .onExit()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .exitValue();
    }

    /** Memory it has now. Its heap is all there from the start: what is added later lies outside. */
    long residentBytes() {
        return status("VmRSS");
    }

    /** From now on it gets no more address space than that beyond what it has: allocations and new threads fail. */
    void starve(long bytes) {
        Commands.run(
                "prlimit", "--pid", Long.toString(running().pid()), "--as=%d:".formatted(status("VmSize") + bytes));
    }

    private long status(String field) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(running().pid()), "status")).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it reported a buffer that was lost. */
    boolean leaked() {
        return LEAK.matcher(log()).find();
    }

    @Override
    public String toString() {
        return "peer " + host;
    }
}
