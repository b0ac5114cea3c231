package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands as a user runs them: processes, pipes, exit codes, a real server with the built-in model. */
final class ProgramTest {

    @TempDir
    private Path home;

    @Test
    void servesAnswersAndStops() throws Exception {
        try (Program server = Program.start(home, "serve", "--port", "0", "--alone")) {
            String line = server.awaitLine("exoflux serves");
            URI address = URI.create(line.substring(line.indexOf("http")));
            assertThat(get(address.resolve("/ready")).statusCode()).isEqualTo(200);
            assertThat(get(address.resolve("/v1/models")).body()).contains("exoflux/tiny");

            Program.Result once =
                    Program.run(home, "", "chat", "--temperature", "0", "--url", address.toString(), "Hello");
            assertThat(once.code()).isZero();
            assertThat(once.out().strip()).isNotEmpty();

            Program.Result found = Program.run(home, "Hello", "chat", "--temperature", "0");
            assertThat(found.out())
                    .as("found by the record in its home, prompt piped in")
                    .isEqualTo(once.out());

            tellsTheTriadOfAnAnswer();

            Program.Result alone = Program.run(home, "", "--list-peers");
            assertThat(alone.code()).isEqualTo(1);
            assertThat(alone.err()).contains("in no cluster", "--alone").doesNotContain("\tat ");

            Program.Result unknown =
                    Program.run(home, "", "chat", "--url", address.toString(), "--model", "no/such", "x");
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.err()).contains("no/such").doesNotContain("\tat ");

            Program.Result taken = Program.run(home, "", "serve", "--port", Integer.toString(address.getPort()));
            assertThat(taken.code()).isEqualTo(1);
            assertThat(taken.err())
                    .contains("Port " + address.getPort() + " is in use")
                    .doesNotContain("\tat ");

            assertThat(server.terminate()).isEqualTo(128 + 15);
            assertThat(home.resolve("run")).as("its record is gone").isEmptyDirectory();
        }
    }

    /** Of the server that is found, in this process: another would take a second to start each time. */
    private void tellsTheTriadOfAnAnswer() throws IOException {
        CommandRun command = new CommandRun(home);
        String file = command.file("triad.yaml", """
                pipeline: careful
                triad:
                  main:        { model: exoflux/tiny }
                  speculative: { proposer: n-gram }
                  validator:   { rules: [ { max-length: 2000 } ] }
                sampling: { temperature: 0 }
                ---
                pipeline: strict
                main: { model: exoflux/tiny }
                validator: { rules: [ { forbid: "[a-z]", name: no-words } ] }
                """);
        assertThat(command.run("deploy", file)).isZero();
        assertThat(command.run("chat", "--model", "careful", "Say one two three one two three one two three."))
                .isZero();
        assertThat(command.err()).matches("\\(validated, \\d+ of [1-9]\\d* guesses right\\)\\R");
        assertThat(command.run("chat", "--model", "strict", "Hello")).isZero();
        assertThat(command.err()).endsWith("(not validated: the answer ends here, since it broke the rule no-words)\n");
    }

    @Test
    void chatsInItsOwnProcessAsTheServerWould() throws Exception {
        Program.Result local = Program.run(home, "", "chat", "--local", "--temperature", "0", "What is exoflux?");
        assertThat(local.code()).isZero();
        assertThat(local.out().strip()).isNotEmpty();
        Program.Result again = Program.run(home, "", "chat", "--local", "--temperature", "0", "What is exoflux?");
        assertThat(again.out()).isEqualTo(local.out());
    }

    @Test
    void listsModelsForPeopleAndForPrograms() throws Exception {
        Files.createDirectories(home.resolve("models/broken/model"));
        Files.writeString(home.resolve("models/broken/model/config.json"), "{");
        Program.Result table = Program.run(home, "", "models");
        assertThat(table.code()).isZero();
        assertThat(table.out()).startsWith("MODEL").contains("exoflux/tiny ").contains("exoflux/tiny-draft ");
        assertThat(table.err()).contains("broken/model cannot be run");
        JsonNode json = new JsonMapper()
                .readTree(Program.run(home, "", "models", "--json").out());
        assertThat(json.findValuesAsString("id")).contains("exoflux/tiny", "exoflux/tiny-draft", "broken/model");
    }

    @Test
    void measuresAModel() throws Exception {
        Program.Result bench = Program.run(
                home,
                "",
                "bench",
                "--prompt-tokens",
                "40",
                "--generate",
                "8",
                "--concurrency",
                "2",
                "--warm-up",
                "2",
                "--repeats",
                "1",
                "--json");
        assertThat(bench.err()).doesNotContain("exoflux:");
        JsonNode report = new JsonMapper().readTree(bench.out());
        for (String key : new String[] {
            "prefillTokensPerSecond",
            "decodeTokensPerSecond",
            "aggregateTokensPerSecond",
            "timeToFirstTokenMillis",
            "peakResidentBytes",
            "memoryBandwidthFraction"
        }) {
            assertThat(report.path(key).asDouble()).as(key).isPositive();
        }
    }

    @Test
    void takesTurnsWithLlamaCpp() throws Exception {
        Path folder = PeerProgram.folder(Files.createDirectories(home.resolve("llama.cpp")));
        Path gguf = folder.resolve("random-1b-Q4_0.gguf");
        Program.Result bench = Program.run(
                home,
                "",
                "bench",
                "--prompt-tokens",
                "40",
                "--generate",
                "8",
                "--warm-up",
                "2",
                "--repeats",
                "3",
                "--threads",
                "1",
                "--json",
                "--compare-llama-cpp",
                folder.toString(),
                "--compare-gguf",
                gguf.toString());
        assertThat(bench.err()).contains("the ratios compare unlike things");
        JsonNode report = new JsonMapper().readTree(bench.out());
        assertThat(report.path("llamaCpp").path("prefillTokensPerSecond").asDouble())
                .isEqualTo(62.5);
        assertThat(report.path("ratio").path("decode").asDouble())
                .isCloseTo(report.path("decodeTokensPerSecond").asDouble() / 25, within(1e-3));
        assertThat(PeerProgram.arguments(folder.resolve("build/bin/llama-bench"))
                        .lines())
                .hasSize(3 * 2);
        assertMistake(2, "there is no program", "bench", "--compare-llama-cpp", home.toString());
        assertMistake(2, "--compare-gguf needs", "bench", "--compare-gguf", gguf.toString());
    }

    @Test
    void tellsAUsersMistakesInALine() throws Exception {
        assertMistake(2, "there is no command 'serv'", "serv");
        assertMistake(2, "--port x is not a whole number", "serve", "--port", "x");
        assertMistake(2, "--prefix-cache -1 is not a whole number", "serve", "--prefix-cache=-1");
        assertMistake(1, "no/such-model", "serve", "--port", "0", "--model", "no/such-model");
        assertMistake(1, "/no/such/directory", "chat", "--local", "--model", "/no/such/directory", "hi");
        assertMistake(2, "Maybe --model org/name", "serve", "--port", "0", "org/name");
        assertMistake(2, "models takes no argument 'ls'", "models", "ls");
        assertMistake(2, "--model is empty", "serve", "--port", "0", "--model", "");
        assertMistake(
                2, "--like", "models", "random", "--out", home.resolve("x").toString());
        assertMistake(
                2,
                "gpt-9",
                "models",
                "random",
                "--like",
                "gpt-9",
                "--out",
                home.resolve("x").toString());
    }

    @Test
    void leavesNothingOfAServerThatCannotStart() throws Exception {
        Path model = Files.createDirectories(home.resolve("damaged"));
        Files.writeString(
                model.resolve("config.json"), "{\"model_type\":\"mamba\",\"architectures\":[\"MambaForCausalLM\"]}");
        int port = freePort();
        Program.Result result =
                Program.run(home, "", "serve", "--port", Integer.toString(port), "--model", model.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("mamba").doesNotContain("\tat ");
        try (ServerSocket again = new ServerSocket(port)) {
            assertThat(again.getLocalPort()).isEqualTo(port);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void explainsItself() {
        StringWriter out = new StringWriter();
        Console console = new Console(new PrintWriter(out), new PrintWriter(out), false, java.util.Map.of());
        CommandLine commandLine = new CommandLine(Commands.all(console), console);
        assertThat(commandLine.run(java.util.List.of("--help"))).isZero();
        assertThat(commandLine.run(java.util.List.of("serve", "--help"))).isZero();
        assertThat(out.toString()).contains("chat", "models", "serve", "bench", "--max-concurrency");
    }

    private void assertMistake(int code, String said, String... arguments) throws Exception {
        Program.Result result = Program.run(home, "", arguments);
        assertThat(result.err()).contains(said).doesNotContain("\tat ");
        assertThat(result.code()).isEqualTo(code);
        if (!arguments[0].equals("serve")) { // whose output is its log
            assertThat(result.out()).isEmpty();
        }
    }

    private static HttpResponse<String> get(URI address) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
