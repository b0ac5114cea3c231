package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two servers of one machine as a user starts and asks them. */
final class ClusterProgramTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private Program serve(String home, String cluster, Path secret) throws Exception {
        return Program.start(
                Files.createDirectories(folder.resolve(home)),
                "serve",
                "--port",
                "0",
                "--cluster",
                cluster,
                "--cluster-secret-file",
                secret.toString());
    }

    private static String address(Program server) throws Exception {
        String line = server.awaitLine("exoflux serves");
        return URI.create(line.substring(line.indexOf("http"))).toString();
    }

    /** What a command of the first server's user prints. */
    private String ok(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Map<String, String> environment =
                Map.of("EXOFLUX_HOME", folder.resolve("first").toString());
        Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, environment);
        int code = new CommandLine(Commands.all(console), console).run(List.of(words));
        assertThat(code).as("%s: %s", List.of(words), err).isZero();
        return out.toString();
    }

    @Test
    void findEachOtherAndAnswerTogether() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        Path secret = Files.writeString(folder.resolve("secret"), UUID.randomUUID() + "\n");
        try (Program first = serve("first", cluster, secret);
                Program second = serve("second", cluster, secret)) {
            List<String> servers = List.of(address(first), address(second));
            String before = ok("chat", "--temperature", "0", "Hello", "--url", servers.getFirst());

            JsonNode peers = JSON.readTree(ok("peers", "--json"));
            assertThat(peers.path("peers")).hasSize(2);
            assertThat(ok("--list-peers")).contains("loopback", "exoflux/tiny");
            assertThat(ok("topology", "--format", "graphml")).contains("<graphml");

            assertThat(ok("deploy", "exoflux/tiny", "--stages", "2", "--dry-run"))
                    .contains("tokens/s");
            assertThat(ok("deploy", "exoflux/tiny", "--stages", "2")).contains("exoflux/tiny is ready on");
            JsonNode placed = JSON.readTree(ok("placements", "--json")).path(0);
            assertThat(placed.path("shards")).hasSize(2);
            List<String> answers = new ArrayList<>();
            for (String server : servers) {
                answers.add(ok("chat", "--temperature", "0", "Hello", "--url", server));
            }
            assertThat(answers).containsOnly(before);

            assertThat(second.terminate()).isEqualTo(128 + 15);
            assertThat(JSON.readTree(ok("peers", "--json")).path("peers")).hasSize(1);
            assertThat(ok("chat", "--temperature", "0", "Hello")).isEqualTo(before);
            assertThat(ok("undeploy", "exoflux/tiny")).contains("not deployed any more");
            assertThat(ok("placements", "--json").strip()).isEqualTo("[]");
        }
    }
}
