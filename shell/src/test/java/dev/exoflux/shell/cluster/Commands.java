package dev.exoflux.shell.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The system's own tools. */
final class Commands {

    private Commands() {}

    /** What a command that has to work prints. */
    static String run(String... words) {
        Result result = attempt(words);
        if (result.code() != 0) {
            throw new IllegalStateException(
                    "%s: %d, %s".formatted(String.join(" ", words), result.code(), result.output()));
        }
        return result.output();
    }

    record Result(int code, String output) {}

    static Result attempt(String... words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
