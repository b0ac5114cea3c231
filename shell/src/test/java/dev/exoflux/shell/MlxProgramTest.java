package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mlx.MlxBackends;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The program with {@code --backend mlx}, and without MLX. */
final class MlxProgramTest {

    private static final String[] PROMPTS = {
        "Hello! Who are you?", "What is exoflux?", "What is 17 + 25?", "Tell me a story about a robot."
    };

    @TempDir
    private Path home;

    private void installMlx() throws Exception {
        InstalledMlx.shareWith(home);
    }

    @Test
    void saysWhatTheProcessorSaysInF32() throws Exception {
        installMlx();
        for (String prompt : List.of(PROMPTS[1], PROMPTS[3])) {
            assertThat(chat(prompt, "mlx")).as(prompt).isEqualTo(chat(prompt, "cpu"));
        }
    }

    private String chat(String prompt, String backend) throws Exception {
        Program.Result result =
                Program.run(home, "", "chat", "--local", "--temperature", "0", "--exact", "--backend", backend, prompt);
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out().strip()).isNotEmpty();
        return result.out();
    }

    @Test
    void servesEightAtOnce() throws Exception {
        installMlx();
        try (Program server = Program.start(home, "serve", "--port", "0", "--alone", "--backend", "mlx");
                HttpClient client = HttpClient.newHttpClient()) {
            String line = server.awaitLine("exoflux serves");
            URI address = URI.create(line.substring(line.indexOf("http")));
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(client.sendAsync(
                        completion(address, PROMPTS[i % PROMPTS.length]), HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < 8; i++) {
                HttpResponse<String> answer = answers.get(i).join();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(text(answer))
                        .isNotBlank()
                        .isEqualTo(text(answers.get(i % PROMPTS.length).join()));
            }
            assertThat(server.terminate()).isEqualTo(128 + 15);
        }
    }

    private static HttpRequest completion(URI address, String prompt) {
        return HttpRequest.newBuilder(address.resolve("/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"exoflux/tiny\",\"temperature\":0,\"max_tokens\":24,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                .formatted(prompt)))
                .build();
    }

    private static String text(HttpResponse<String> answer) {
        return new JsonMapper()
                .readTree(answer.body())
                .at("/choices/0/message/content")
                .asString();
    }

    @Test
    void theDoctorTellsWhatCanRunAndWhatToDoAboutTheRest() throws Exception {
        Program.Result without = Program.run(home, "", "doctor");
        assertThat(without.code()).isZero();
        assertThat(without.out()).contains("  scalar  yes  cpu-scalar: ").containsPattern("  mlx     (yes|no) ");
        installMlx();
        assertThat(Program.run(home, "", "doctor").out())
                .containsPattern("  mlx     yes  mlx 0\\..* GiB\\): activations in ");
    }

    @Test
    void theSelfTestPassesAndTellsNothingOfTheUser() throws Exception {
        installMlx();
        Program.Result result = Program.run(home, "", "doctor", "--mlx-selftest");
        assertThat(result.code()).as(result.out() + result.err()).isZero();
        assertThat(result.out().lines().toList()).endsWith("passed");
        assertThat(result.out())
                .containsPattern("  library +ok +mlx 0\\.")
                .containsPattern("  attention +ok +off by ")
                .containsPattern("  linear, mxfp4 +ok +off by ")
                .containsPattern("  tokens +ok +96 of 96 tokens")
                .containsPattern("  worker +ok +began in \\d+ ms, 96 of 96 .*; killed, another began and has 96 of 96 ")
                .containsPattern("  left behind +ok +0 handles, 0 bytes")
                .doesNotContain(home.toString())
                .doesNotContain(System.getProperty("user.home"))
                .doesNotContain(InetAddress.getLocalHost().getHostName());
        assertThat(result.err()).doesNotContain("\tat ");
    }

    @Test
    void withoutMlxTheSelfTestFailsInOneLine() throws Exception {
        Assumptions.assumeTrue(MlxBackends.find(home).isEmpty(), "MLX is installed for everybody here");
        Program.Result result = Program.run(home, "", "doctor", "--mlx-selftest");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .containsPattern("  library +FAIL +MLX is not installed. Maybe ")
                .contains("FAILED: 1 of these lines");
        assertThat(result.err()).doesNotContain("\tat ");
    }

    @Test
    void withoutMlxItSaysWhereItLookedAndWhatToInstall() throws Exception {
        Assumptions.assumeTrue(MlxBackends.find(home).isEmpty(), "MLX is installed for everybody here");
        Program.Result result = Program.run(home, "", "serve", "--port", "0", "--alone", "--backend", "mlx");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .contains("MLX's C layer was found in none of these places")
                .contains(home.resolve("mlx").resolve("lib").toString())
                .contains("Maybe install it")
                .doesNotContain("\tat ");
        Program.Result unknown = Program.run(home, "", "serve", "--backend", "gpu");
        assertThat(unknown.err()).contains("--backend gpu is not auto, mlx, cpu, vector or scalar");
    }
}
