package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain}, by what a cluster says and without one. */
final class ExplainCommandTest {

    private static final String TRIAD = """
            pipeline: careful
            triad:
              main:        { model: exoflux/tiny, stages: 2 }
              speculative: { model: exoflux/tiny-draft, draft-tokens: 4, on: [attic] }
              validator:   { rules: [ { max-length: 2000 }, { judge: { model: org/judge, question: "Is it polite?" } } ] }
            after: [redact]
            """;

    private static final String PEERS = """
            {"self":"aaaa00000001","peers":[{"id":"aaaa00000001","name":"desk"},{"id":"bbbb00000002","name":"shelf"}]}""";

    @TempDir
    private Path home;

    private CannedServer server;
    private CommandRun command;

    @BeforeEach
    void open() throws IOException {
        server = new CannedServer()
                .answer("GET /api/peers", 200, PEERS)
                .answer("GET /api/pipelines", 200, "[{\"name\":\"other\"}]")
                .answer("GET /api/placements", 200, """
                        [{"model":"org/judge","shards":[{"peer":"bbbb00000002","from":0,"to":7}]}]""");
        command = new CommandRun(home);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void tellsEachStageWithThePeerThatWouldRunIt() throws IOException {
        server.answer("POST /api/deployments", 200, """
                {"strategy":"pipeline","ring":["aaaa00000001","bbbb00000002"],
                 "layers":{"aaaa00000001":3,"bbbb00000002":2}}""");
        assertThat(command.run("explain", command.file("triad.yaml", TRIAD), "--url", server.url()))
                .isZero();
        assertThat(command.out()).isEqualToNormalizingNewlines("""
                careful
                  main (trit 0): model exoflux/tiny answers, 2 stages
                    stage 1 of 2: embedding, layers [0, 3), on desk
                    stage 2 of 2: layers [3, 5), head and sampling, on shelf
                  speculative (trit +1): model exoflux/tiny-draft proposes up to 4 tokens, which main checks in one pass, on attic only
                    stage 1 of 2: embedding, layers [0, 3), on desk
                    stage 2 of 2: layers [3, 5), head and sampling, on shelf
                  validator (trit -1): reads along; where a rule is lost the answer fails
                    max-length: at most 2000 characters
                    judge: model org/judge says yes to prompt and answer, "Is it polite?"
                      stage 1 of 1: embedding, layers [0, 7), head and sampling, on shelf
                  after: bean redact changes the stream of tokens
                """);
        assertThat(server.requests())
                .contains("POST /api/deployments {\"model\":\"exoflux/tiny-draft\",\"strategy\":\"auto\",\"stages\":0,"
                        + "\"on\":[\"attic\"],\"dryRun\":true}")
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(2);
    }

    @Test
    void tellsWhyAModelCanGoNowhere() throws IOException {
        server.answer("POST /api/deployments", 400, """
                {"error":{"code":"invalid_request","message":"There is no peer attic.\\nMaybe one of desk, shelf."}}""");
        String file = command.file("one.yaml", "{ pipeline: one, main: { model: exoflux/tiny, on: [attic] } }");
        assertThat(command.run("explain", file, "--url", server.url())).isZero();
        assertThat(command.out()).contains("    nowhere now: There is no peer attic.\n    Maybe one of desk, shelf.\n");
    }

    @Test
    void explainsRoutersFallbacksAndVoices() throws IOException {
        String file = command.file("all.yaml", """
                pipeline: desk
                router:
                  rules:
                    - { prompt-tokens-above: 200, to: other }
                    - { header: { name: x-team, matches: "^lab$" }, to: { fan-out: { join: vote, to: [org/judge, org/judge] } } }
                    - { answer: { model: org/judge, question: "Is it hard?" }, to: org/judge }
                  otherwise: { fallback: [ { main: { model: org/judge } }, other ] }
                """);
        assertThat(command.run("explain", file, "--url", server.url())).isZero();
        String stage = "stage 1 of 1: embedding, layers [0, 7), head and sampling, on shelf\n";
        assertThat(command.out()).isEqualToNormalizingNewlines("""
                desk
                  router: the first that applies
                    if the prompt has more than 200 tokens: pipeline other
                    if the header x-team has a match of ^lab$
                      fan-out, all at once: what most of them say is given
                        voice 1: model org/judge
                          %1$s\
                        voice 2: model org/judge
                          %1$s\
                    if a model says yes: model org/judge
                      %1$s\
                      asked: model org/judge, "Is it hard?"
                        %1$s\
                    otherwise
                      fallback: one after another until one begins to answer
                        first
                          main (trit 0): model org/judge answers
                            %1$s\
                        where that fails or is full: pipeline other
                """.formatted(stage));
    }

    @Test
    void explainsWhatIsDeployed() {
        server.answer("GET /api/pipelines/other", 200, "{ pipeline: other, main: { model: org/judge } }")
                .answer(
                        "GET /api/pipelines/nothing",
                        404,
                        "{\"error\":{\"message\":\"There is no pipeline nothing.\"}}");
        assertThat(command.run("explain", "other", "--url", server.url())).isZero();
        assertThat(command.out()).startsWith("other\n  main (trit 0): model org/judge answers\n    stage 1 of 1");
        assertThat(command.run("explain", "nothing", "--url", server.url())).isEqualTo(1);
        assertThat(command.err()).contains("There is no pipeline nothing.");
    }

    @Test
    void takesThisMachineWhereNoServerRuns() throws IOException {
        String file = command.file("two.yaml", """
                { pipeline: two, main: { model: exoflux/tiny }, speculative: { model: exoflux/tiny-draft, stages: 2 } }""");
        assertThat(command.run("explain", file)).isZero();
        assertThat(command.err()).contains("No server runs here, so this is for this machine alone.", "Maybe");
        assertThat(command.out())
                .contains(
                        "    stage 1 of 1: embedding, layers [0, 5), head and sampling, on this machine\n",
                        "    nowhere now: 2 peers are needed");
    }

    @Test
    void saysOfAServerThatIsAloneThatItRunsAll() throws IOException {
        server.answer("GET /api/peers", 404, "{\"error\":{\"message\":\"This server is in no cluster.\"}}");
        String file = command.file("one.yaml", "{ pipeline: one, main: { model: exoflux/tiny } }");
        assertThat(command.run("explain", file, "--url", server.url())).isZero();
        assertThat(command.err()).contains("is in no cluster");
        assertThat(command.out())
                .contains("stage 1 of 1: embedding, all layers, head and sampling, on " + server.url());
    }

    @Test
    void saysWhatIsWrongWithAFileAsValidateDoes() throws IOException {
        String broken = command.file("broken.yaml", "pipeline: two\nmain: { modell: exoflux/tiny, stages: none }\n");
        assertThat(command.run("validate", broken)).isEqualTo(2);
        String told = command.err();
        assertThat(command.run("explain", broken)).isEqualTo(2);
        assertThat(command.err()).isEqualTo(told + told);
        assertThat(command.run("explain")).isEqualTo(2);
        assertThat(command.err()).contains("explain needs a file");
        String conflict = command.file("conflict.yaml", """
                pipeline: two
                main: { model: exoflux/tiny, on: [a] }
                speculative: { model: exoflux/tiny, on: [b] }
                """);
        assertThat(command.run("explain", conflict)).isEqualTo(2);
        assertThat(command.err()).contains("exoflux/tiny is to run on a and on b, and a model is deployed once.");
    }
}
