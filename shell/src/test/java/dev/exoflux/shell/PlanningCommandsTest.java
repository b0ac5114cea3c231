package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code plan} and {@code deploy --dry-run}, in this process: neither needs a server. */
final class PlanningCommandsTest {

    private static final String FILE = """
            {"peers":[{"id":"a","memoryFreeBytes":%d,"weightBytesPerSecond":1e9}],"links":[],
             "model":{"layers":10,"bytesPerLayer":100,"hidden":8},"constraints":{"strategy":"pipeline"}}""";

    @TempDir
    private Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        Console console =
                new Console(new PrintWriter(out), new PrintWriter(err), false, Map.of("EXOFLUX_HOME", home.toString()));
        return new CommandLine(Commands.all(console), console).run(List.of(words));
    }

    private String file(String text) throws Exception {
        return Files.writeString(home.resolve("plan.json"), text).toString();
    }

    @Test
    void plansAFileForProgramsAndForPeople() throws Exception {
        String file = file(FILE.formatted(1000));
        assertThat(run("plan", file, "--json")).isZero();
        JsonNode json = new JsonMapper().readTree(out.toString());
        assertThat(json.path("strategy").stringValue()).isEqualTo("pipeline");
        assertThat(json.path("ring").toString()).isEqualTo("[\"a\"]");
        assertThat(json.path("layers").toString()).isEqualTo("{\"a\":10}");
        assertThat(json.path("memoryBytes").toString()).isEqualTo("{\"a\":1000}");
        assertThat(json.path("tokensPerSecond").doubleValue()).isPositive();
        assertThat(run("plan", file)).isZero();
        assertThat(out.toString()).contains("PEER  LAYERS", "tokens/s");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsWhyThereIsNoPlacement() throws Exception {
        String file = file(FILE.formatted(999));
        assertThat(run("plan", file, "--json")).isEqualTo(2);
        JsonNode error = new JsonMapper().readTree(out.toString()).path("error");
        assertThat(error.path("code").stringValue()).isEqualTo("insufficient-memory");
        assertThat(error.path("message").stringValue()).contains("a has 999 bytes free");
        assertThat(run("plan", file)).isEqualTo(2);
        assertThat(err.toString()).startsWith("exoflux: the model does not fit").contains("Maybe");
    }

    @Test
    void namesWhatIsWrongWithAFile() throws Exception {
        assertThat(run("plan", file("{\"peers\":7,\"model\":{}}"), "--json")).isEqualTo(2);
        assertThat(new JsonMapper()
                        .readTree(out.toString())
                        .path("error")
                        .path("message")
                        .stringValue())
                .contains("model.bytesPerLayer is missing");
        assertThat(run("plan", home.resolve("none.json").toString())).isEqualTo(2);
        assertThat(run("plan")).isEqualTo(2);
        assertThat(run("plan", home.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("There is no file", "plan needs one file")
                .doesNotContain("\tat ");
    }

    @Test
    void plansOnMachinesThatAreNotThere() {
        assertThat(run("deploy", "llama-3.3-70b", "--dry-run", "--simulate", "4x32GiB thunderbolt"))
                .isZero();
        assertThat(out.toString()).contains("p1", "GiB", "pipeline, about", "none of them has the memory alone");
        assertThat(run("deploy", "exoflux/tiny", "--dry-run", "--simulate", "3x1GiB", "--stages", "3"))
                .isZero();
        assertThat(out.toString()).contains("3 of 3 peers hold");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void refusesToPlanWhatItCannot() {
        assertThat(run("deploy")).isEqualTo(2);
        assertThat(run("deploy", "llama-3.3-70b", "--simulate", "4x96GiB")).isEqualTo(2);
        assertThat(run("deploy", "llama-3.3-70b", "--dry-run", "--bits", "8")).isEqualTo(2);
        assertThat(run("deploy", "llama-3.3-70b", "--dry-run", "--simulate", "4 big ones"))
                .isEqualTo(2);
        assertThat(run("deploy", "no-such-model", "--dry-run", "--simulate", "4x96GiB"))
                .isEqualTo(1);
        assertThat(run("deploy", "llama-3.1-405b", "--dry-run", "--simulate", "2x16GiB"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains(
                        "deploy needs one model",
                        "--simulate needs --dry-run",
                        "--bits goes with --simulate",
                        "'4 big ones'",
                        "no-such-model",
                        "llama-3.1-405b does not fit");
    }
}
