package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.pipeline.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * OpenAI's own clients, installed for the test and run against a server: see {@code src/test/clients}. Where a client cannot
 * be installed the test is skipped and says why, unless the environment variable {@code EXOFLUX_CI} is set: then it fails.
 */
final class ClientsTest {

    private static final String MODEL = "test/llama-gqa-4-2-tied";
    private static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
    private static final Path INSTALLED = Path.of("target/clients").toAbsolutePath();
    private static final Duration INSTALL_TIME = Duration.ofMinutes(5);
    private static final Duration RUN_TIME = Duration.ofMinutes(2);

    @TempDir
    private static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        TestCheckpoints.servable("llama-gqa-4-2-tied", folder.resolve("models/test"));
        server = TestServer.start("exoflux.model=" + MODEL, "exoflux.home=" + folder, "exoflux.threads=1");
        server.bean(Peer.class).loaded().block(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void pythonClient() throws IOException, InterruptedException {
        Path environment = INSTALLED.resolve("python");
        Path requirements = SCRIPTS.resolve("python/requirements.txt");
        install("python3", "-m", "venv", environment.toString());
        String python = environment.resolve("bin/python").toString();
        install(python, "-m", "pip", "install", "--quiet", "-r", requirements.toString());
        check(python, SCRIPTS.resolve("python/check.py"));
    }

    @Test
    void nodeClient() throws IOException, InterruptedException {
        Path project = Files.createDirectories(INSTALLED.resolve("node"));
        for (String file : List.of("package.json", "check.mjs")) {
            Files.copy(
                    SCRIPTS.resolve("node").resolve(file), project.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        install("npm", "install", "--prefix", project.toString(), "--no-audit", "--no-fund", "--no-package-lock");
        check("node", project.resolve("check.mjs"));
    }

    private static void check(String interpreter, Path script) throws IOException, InterruptedException {
        String api = "http://127.0.0.1:%d/v1".formatted(server.port());
        Finished run = run(RUN_TIME, interpreter, script.toString(), api, MODEL);
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.output()).contains("ok: a bad value is a BadRequestError");
    }

    private static void install(String... command) throws InterruptedException {
        String failure;
        try {
            Finished run = run(INSTALL_TIME, command);
            if (run.status() == 0) {
                return;
            }
            failure = run.output();
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage()); // there is no such program
        }
        String reason = "This machine cannot run %s: %s".formatted(String.join(" ", command), failure);
        if (System.getenv("EXOFLUX_CI") != null) {
            fail(reason);
        }
        abort(reason);
    }

    private record Finished(int status, String output) {}

    private static Finished run(Duration patience, String... command) throws IOException, InterruptedException {
        Files.createDirectories(INSTALLED);
        Path output = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Finished(ended ? process.exitValue() : -1, Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }
}
