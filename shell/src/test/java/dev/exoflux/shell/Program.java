package dev.exoflux.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, with its exit code and its two outputs. */
final class Program implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 120;

    private final Process process;

    private Program(Process process) {
        this.process = process;
    }

    /** What a program that has ended left behind. */
    record Result(int code, String out, String err) {}

    static Result run(Path home, String input, String... arguments) throws Exception {
        try (Program program = start(home, arguments)) {
            program.process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            program.process.getOutputStream().close();
            StringBuilder err = new StringBuilder();
            Thread reader = Thread.ofVirtual().start(() -> err.append(text(program.process.getErrorStream())));
            String out = text(program.process.getInputStream());
            if (!program.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + String.join(" ", arguments));
            }
            reader.join();
            return new Result(program.process.exitValue(), out, err.toString());
        }
    }

    static Program start(Path home, String... arguments) throws IOException {
        CompiledKernels.shareWith(home);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1", // these are short
                "-cp",
                System.getProperty("java.class.path"),
                ExofluxMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("EXOFLUX_HOME", home.toString());
        builder.environment().put("HF_HOME", home.resolve("hub").toString());
        // a cluster of this test alone, which no other machine and no other test gets to see
        builder.environment().put("EXOFLUX_CLUSTER_HOST", "127.0.0.1");
        builder.environment().put("EXOFLUX_CLUSTER_NAME", "test-" + Integer.toHexString(home.hashCode()));
        builder.environment().remove("EXOFLUX_CLUSTER_SECRET");
        return new Program(builder.start());
    }

    /** Reads standard output up to a line that contains {@code text}, and returns that line. */
    String awaitLine(String text) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder seen = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("ended without \"" + text + "\": " + seen + text(process.getErrorStream()));
    }

    /**
     * Asks it to end, by SIGTERM, and returns its exit code. A JVM takes SIGINT, a terminal's Ctrl-C, the same way, but not where its
     * parent was started in the background by a shell: there it inherits that SIGINT is ignored.
     */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("goes on after it was asked to end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static String text(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
