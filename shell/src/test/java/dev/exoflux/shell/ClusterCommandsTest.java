package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands about a cluster make of a server's answers. */
final class ClusterCommandsTest {

    private static final String PEERS = """
            {"self":"aaaa00000001","coordinator":"bbbb00000002","peers":[
              {"id":"aaaa00000001","name":"desk","host":"10.0.0.1","httpPort":8080,"device":"Apple M4","cores":10,
               "backend":"cpu-vector","memoryFreeBytes":4294967296,"memoryTotalBytes":8589934592,"weightBytesPerSecond":9.25e9,
               "models":["a/a","b/b","c/c","d/d"],"leaving":false,
               "shards":[{"model":"exoflux/tiny","from":0,"to":3,"state":"loading"}],
               "links":[{"to":"bbbb00000002","kind":"ethernet","roundTripMicros":250.4,"bytesPerSecond":1.25e9}]},
              {"id":"bbbb00000002","name":"shelf","models":[],"shards":[],"links":[],"leaving":true}]}""";

    private static final String SHARDS = """
            "shards":[{"peer":"aaaa00000001","from":0,"to":3},{"peer":"bbbb00000002","from":3,"to":4}]""";

    @TempDir
    private Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private CannedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new CannedServer().answer("GET /api/peers", 200, PEERS);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--url");
        all.add(server.url());
        Console console =
                new Console(new PrintWriter(out), new PrintWriter(err), false, Map.of("EXOFLUX_HOME", home.toString()));
        return new CommandLine(Commands.all(console), console).run(all);
    }

    private static String placed(String state, double progress, int epoch) {
        return """
                {"model":"exoflux/tiny","state":"%s","strategy":"pipeline",%s,"epoch":%d,"progress":%s,"context":2048,\
                "concurrency":16%s}""".formatted(
                state,
                SHARDS,
                epoch,
                progress,
                state.equals("ready") || state.equals("placing") ? "" : ",\"reason\":\"desk (aaaa00000001) is full.\"");
    }

    private static String events(String... placements) {
        StringBuilder text = new StringBuilder("event: topology\ndata: {\"nodes\":[]}\n\n");
        for (String placement : placements) {
            text.append("event: placements\ndata: [").append(placement).append("]\n\n:\n\n");
        }
        return text.toString();
    }

    @Test
    void listsPeersForPeople() {
        assertThat(run("peers")).isZero();
        assertThat(out.toString().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("   PEER"),
                        line -> assertThat(line)
                                .matches(
                                        ">  desk +aaaa00000001  10.0.0.1:8080  Apple M4  10 +4.0 GiB +8.0 GiB +cpu-vector"
                                                + "  9.25 GB/s  exoflux/tiny \\[0, 3\\) loading  a/a, b/b, c/c, \\+1"),
                        line -> assertThat(line).startsWith("*  shelf (leaving)  bbbb00000002  -"),
                        line -> assertThat(line).isEmpty(),
                        line -> assertThat(line).startsWith("FROM"),
                        line -> assertThat(line).matches("desk  shelf  ethernet  250 us +1.25 GB/s"),
                        line -> assertThat(line).isEmpty(),
                        line -> assertThat(line).contains("coordinates", "answered"));
    }

    @Test
    void listsLabelsWhereSomebodyHasAny() {
        server.answer("GET /api/peers", 200, PEERS.replace("\"leaving\":true", "\"labels\":[\"attic\",\"gpu=l4\"]"));
        assertThat(run("peers")).isZero();
        assertThat(out.toString().lines().limit(3).toList())
                .satisfiesExactly(
                        line -> assertThat(line).matches("   PEER   LABELS +ID .*"),
                        line -> assertThat(line).matches(">  desk   - +aaaa.*"),
                        line -> assertThat(line).matches("\\*  shelf  attic, gpu=l4  bbbb.*"));
    }

    @Test
    void listsPeersForProgramsAndByTheOtherName() {
        assertThat(run("--list-peers", "--json")).isZero();
        assertThat(out.toString().strip()).isEqualTo(PEERS);
    }

    @Test
    void printsTheTopologyAsTheServerWritesIt() {
        server.answer("GET /api/topology?format=dot", 200, "digraph {}\n");
        assertThat(run("topology", "--format", "dot")).isZero();
        assertThat(out.toString()).isEqualTo("digraph {}\n");
        assertThat(run("topology", "--format", "svg")).isEqualTo(CommandLine.USAGE);
        assertThat(err.toString()).contains("--format svg is none of text, dot, graphml, json");
    }

    @Test
    void listsPlacements() {
        server.answer("GET /api/placements", 200, "[" + placed("waiting", 0, 1) + "]");
        assertThat(run("placements")).isZero();
        assertThat(out.toString())
                .contains(
                        "exoflux/tiny  waiting",
                        "desk [0, 3), shelf [3, 4)",
                        "exoflux/tiny: desk (aaaa00000001) is full.");
        server.answer("GET /api/placements", 200, "[]");
        assertThat(run("placements")).isZero();
        assertThat(err.toString()).contains("No model is deployed");
    }

    @Test
    void deploysAndWaitsUntilTheModelAnswers() {
        server.answer("POST /api/deployments", 202, placed("placing", 0, 7))
                .answer(
                        "GET /api/events",
                        200,
                        events(
                                placed("ready", 1, 6),
                                placed("placing", 0.25, 7),
                                placed("placing", 0.29, 7),
                                placed("ready", 1, 7)));
        assertThat(run("deploy", "exoflux/tiny", "--stages", "2", "--peers", "desk, shelf", "--concurrency", "4"))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("exoflux/tiny is ready on desk [0, 3), shelf [3, 4)");
        assertThat(err.toString().lines()).containsExactly("exoflux/tiny  0%", "exoflux/tiny  20%");
        assertThat(server.requests().getFirst())
                .isEqualTo(
                        "POST /api/deployments {\"model\":\"exoflux/tiny\",\"strategy\":\"auto\",\"stages\":2,\"minPeers\":0,"
                                + "\"peers\":[\"desk\",\"shelf\"],\"context\":0,\"concurrency\":4,\"dryRun\":false}");
    }

    @Test
    void deploysWithoutWaitingWhatAnswersAlready() {
        server.answer("POST /api/deployments", 200, placed("ready", 1, 7));
        assertThat(run("deploy", "exoflux/tiny", "--json")).isZero();
        assertThat(out.toString().strip()).isEqualTo(placed("ready", 1.0, 7));
    }

    @Test
    void saysWhyADeploymentFails() {
        server.answer("POST /api/deployments", 202, placed("placing", 0, 7))
                .answer("GET /api/events", 200, events(placed("waiting", 0, 7), placed("failed", 0, 8)));
        assertThat(run("deploy", "exoflux/tiny")).isEqualTo(CommandLine.FAILED);
        assertThat(err.toString())
                .contains("exoflux/tiny waits: ", "exoflux: exoflux/tiny cannot be deployed: ", " is full.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void saysThatTheServerIsLostOrTheModelGone() {
        server.answer("POST /api/deployments", 202, placed("placing", 0, 7))
                .answer("GET /api/events", 200, events(placed("placing", 0.5, 7)));
        assertThat(run("deploy", "exoflux/tiny")).isEqualTo(CommandLine.FAILED);
        assertThat(err.toString()).contains("does not answer any more");
        server.answer("GET /api/events", 200, events(placed("placing", 0.5, 7), ""));
        assertThat(run("deploy", "exoflux/tiny")).isEqualTo(CommandLine.FAILED);
        assertThat(err.toString()).contains("was undeployed meanwhile");
    }

    @Test
    void passesTheClustersRefusalOn() {
        server.answer("POST /api/deployments", 503, """
                {"error":{"message":"There is no room.\\nMaybe fewer.","type":"server_error","param":null,"code":"insufficient_memory"}}""");
        assertThat(run("deploy", "exoflux/tiny")).isEqualTo(CommandLine.FAILED);
        assertThat(err.toString()).isEqualTo("exoflux: There is no room.\nMaybe fewer.\n");
        server.answer("POST /api/deployments", 400, """
                {"error":{"message":"No peer nobody.","type":"invalid_request_error","param":"peers","code":"invalid_value"}}""");
        assertThat(run("deploy", "exoflux/tiny", "--peers", "nobody")).isEqualTo(CommandLine.USAGE);
    }

    @Test
    void printsAPlan() {
        server.answer("POST /api/deployments", 200, """
                {"strategy":"pipeline","ring":["aaaa00000001","bbbb00000002"],"layers":{"aaaa00000001":3,"bbbb00000002":1},
                 "memoryBytes":{"aaaa00000001":1610612736,"bbbb00000002":1048576},"tokensPerSecond":12.34,
                 "why":["aaaa00000001 is faster than bbbb00000002."]}""");
        assertThat(run("deploy", "exoflux/tiny", "--dry-run")).isZero();
        assertThat(out.toString()).isEqualTo("""
                PEER   LAYERS          MEMORY
                desk   3       [0, 3)  1.5 GiB
                shelf  1       [3, 4)  1 MiB

                pipeline, about 12.3 tokens/s for one sequence
                - desk is faster than shelf.
                """);
        assertThat(server.requests().getFirst()).contains("\"dryRun\":true");
    }

    @Test
    void doesNotRunTensorGroupsYet() {
        assertThat(run("deploy", "exoflux/tiny", "--strategy", "tensor")).isEqualTo(CommandLine.FAILED);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains("tensor", "not run yet");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void undeploysWhateverTheName() {
        server.answer("DELETE /api/deployments/org%2Fa%20model", 204, "");
        assertThat(run("undeploy", "org/a model")).isZero();
        assertThat(out.toString()).contains("org/a model is not deployed any more");
        server.answer("GET /api/pipelines", 200, "[{\"name\":\"careful-chat\"}]");
        server.answer("DELETE /api/pipelines/careful-chat", 204, "");
        assertThat(run("undeploy", "careful-chat")).isZero();
        assertThat(run("undeploy", "other")).isEqualTo(CommandLine.FAILED);
        assertThat(run("undeploy")).isEqualTo(CommandLine.USAGE);
    }

    @Test
    void saysThatNobodyAnswers() {
        String gone = server.url();
        server.close();
        for (String command : List.of("peers", "topology", "placements")) {
            assertThat(run(command)).isEqualTo(CommandLine.FAILED);
        }
        assertThat(err.toString())
                .contains("No exoflux server answers at " + gone)
                .doesNotContain("\tat ");
    }

    @Test
    void deploysPipelinesWithTheSchemasTheyName() throws IOException {
        Files.writeString(home.resolve("answer.json"), "{\"type\": \"array\"}");
        Path file = Files.writeString(home.resolve("shaped.yaml"), """
                pipeline: shaped
                main: { model: exoflux/tiny }
                validator: { rules: [ { json-schema: answer.json } ] }
                """);
        server.answer("GET /api/pipelines", 200, "[]").answer("POST /api/pipelines", 201, "[{\"name\":\"shaped\"}]");
        assertThat(run("deploy", file.toString())).isZero();
        assertThat(out.toString()).contains("shaped is deployed");
        assertThat(server.requests())
                .anySatisfy(request -> assertThat(request)
                        .startsWith("POST /api/pipelines pipeline: shaped")
                        .contains("type: array")
                        .doesNotContain("answer.json"));
        Files.delete(home.resolve("answer.json"));
        assertThat(run("deploy", file.toString())).isEqualTo(CommandLine.USAGE);
        assertThat(err.toString()).contains("shaped.yaml:3:38: The JSON Schema answer.json cannot be read", "Maybe");
    }
}
