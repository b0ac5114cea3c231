package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code validate}, in this process: it needs no server. */
final class ValidateCommandTest {

    @TempDir
    private Path home;

    private CommandRun command;

    @BeforeEach
    void open() {
        command = new CommandRun(home);
    }

    @Test
    void saysWhatASoundFileHolds() throws Exception {
        String file = command.file("two.yaml", """
                pipeline: one
                main: { model: exoflux/tiny }
                ---
                pipeline: two
                fallback: [ one, exoflux/tiny ]
                """);
        assertThat(command.run("validate", file)).isZero();
        assertThat(command.out()).isEqualToIgnoringNewLines(file + " is sound: one, two\n");
        assertThat(command.err()).isEmpty();
    }

    @Test
    void saysAllThatIsWrongWithPlaces() throws Exception {
        String sound = command.file("sound.yaml", "pipeline: one\nmain: { model: exoflux/tiny }\n");
        String broken = command.file("broken.yaml", "pipeline: two\nmain: { modell: exoflux/tiny, stages: none }\n");
        assertThat(command.run("validate", broken, sound)).isEqualTo(2);
        assertThat(command.out()).contains("sound.yaml is sound: one").doesNotContain("broken");
        assertThat(command.err())
                .contains("broken.yaml:2:9: ", "modell", "Maybe you mean model", "broken.yaml:2:39: ", "stages")
                .doesNotContain("Exception");
    }

    @Test
    void refusesOneModelInTwoPlaces() throws Exception {
        String file = command.file("two.yaml", """
                { pipeline: two, fallback: [ { main: { model: exoflux/tiny, stages: 2 } }, { main: { model: exoflux/tiny, on: [a] } } ] }
                """);
        assertThat(command.run("validate", file)).isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "two.yaml: exoflux/tiny is to run on 2 stages and on a, and a model is deployed once.",
                        "Maybe");
        assertThat(command.out()).isEmpty();
    }

    @Test
    void needsAFileThatIsThere() {
        assertThat(command.run("validate")).isEqualTo(2);
        assertThat(command.err()).contains("validate needs a file");
        assertThat(command.run("validate", "nowhere.yaml")).isNotZero();
        assertThat(command.err()).contains("There is no file ", "nowhere.yaml").doesNotContain("\tat ");
    }
}
