package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
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

    private CommandRun command;

    @BeforeEach
    void open() {
        command = new CommandRun(home);
    }

    private String file(String text) throws Exception {
        return command.file("plan.json", text);
    }

    @Test
    void plansAFileForProgramsAndForPeople() throws Exception {
        String file = file(FILE.formatted(1000));
        assertThat(command.run("plan", file, "--json")).isZero();
        JsonNode json = new JsonMapper().readTree(command.out());
        assertThat(json.path("strategy").stringValue()).isEqualTo("pipeline");
        assertThat(json.path("ring").toString()).isEqualTo("[\"a\"]");
        assertThat(json.path("layers").toString()).isEqualTo("{\"a\":10}");
        assertThat(json.path("memoryBytes").toString()).isEqualTo("{\"a\":1000}");
        assertThat(json.path("tokensPerSecond").doubleValue()).isPositive();
        assertThat(command.run("plan", file)).isZero();
        assertThat(command.out()).contains("PEER  LAYERS", "tokens/s");
        assertThat(command.err()).isEmpty();
    }

    @Test
    void tellsWhyThereIsNoPlacement() throws Exception {
        String file = file(FILE.formatted(999));
        assertThat(command.run("plan", file, "--json")).isEqualTo(2);
        JsonNode error = new JsonMapper().readTree(command.out()).path("error");
        assertThat(error.path("code").stringValue()).isEqualTo("insufficient-memory");
        assertThat(error.path("message").stringValue()).contains("a has 999 bytes free");
        assertThat(command.run("plan", file)).isEqualTo(2);
        assertThat(command.err()).startsWith("exoflux: the model does not fit").contains("Maybe");
    }

    @Test
    void namesWhatIsWrongWithAFile() throws Exception {
        assertThat(command.run("plan", file("{\"peers\":7,\"model\":{}}"), "--json"))
                .isEqualTo(2);
        assertThat(new JsonMapper()
                        .readTree(command.out())
                        .path("error")
                        .path("message")
                        .stringValue())
                .contains("model.bytesPerLayer is missing");
        assertThat(command.run("plan", home.resolve("none.json").toString())).isEqualTo(2);
        assertThat(command.run("plan")).isEqualTo(2);
        assertThat(command.run("plan", home.toString())).isEqualTo(2);
        assertThat(command.err())
                .contains("There is no file", "plan needs one file")
                .doesNotContain("\tat ");
    }

    @Test
    void plansOnMachinesThatAreNotThere() {
        assertThat(command.run("deploy", "llama-3.3-70b", "--dry-run", "--simulate", "4x32GiB thunderbolt"))
                .isZero();
        assertThat(command.out()).contains("p1", "GiB", "pipeline, about", "none of them has the memory alone");
        assertThat(command.run("deploy", "exoflux/tiny", "--dry-run", "--simulate", "3x1GiB", "--stages", "3"))
                .isZero();
        assertThat(command.out()).contains("3 of 3 peers hold");
        assertThat(command.err()).isEmpty();
    }

    @Test
    void refusesToPlanWhatItCannot() {
        assertThat(command.run("deploy")).isEqualTo(2);
        assertThat(command.run("deploy", "llama-3.3-70b", "--simulate", "4x96GiB"))
                .isEqualTo(2);
        assertThat(command.run("deploy", "llama-3.3-70b", "--dry-run", "--bits", "8"))
                .isEqualTo(2);
        assertThat(command.run("deploy", "llama-3.3-70b", "--dry-run", "--simulate", "4 big ones"))
                .isEqualTo(2);
        assertThat(command.run("deploy", "no-such-model", "--dry-run", "--simulate", "4x96GiB"))
                .isEqualTo(1);
        assertThat(command.run("deploy", "llama-3.1-405b", "--dry-run", "--simulate", "2x16GiB"))
                .isEqualTo(1);
        assertThat(command.err())
                .contains(
                        "deploy needs one model",
                        "--simulate needs --dry-run",
                        "--bits goes with --simulate",
                        "'4 big ones'",
                        "no-such-model",
                        "llama-3.1-405b does not fit");
    }
}
