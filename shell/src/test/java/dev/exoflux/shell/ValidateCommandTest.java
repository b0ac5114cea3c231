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

/** {@code validate}, in this process: it needs no server. */
final class ValidateCommandTest {

    @TempDir
    private Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        Console console =
                new Console(new PrintWriter(out), new PrintWriter(err), false, Map.of("EXOFLUX_HOME", home.toString()));
        return new CommandLine(Commands.all(console), console).run(List.of(words));
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(home.resolve(name), text).toString();
    }

    @Test
    void saysWhatASoundFileHolds() throws Exception {
        String file = file("two.yaml", """
                pipeline: one
                main: { model: exoflux/tiny }
                ---
                pipeline: two
                fallback: [ one, exoflux/tiny ]
                """);
        assertThat(run("validate", file)).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines(file + " is sound: one, two\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void saysAllThatIsWrongWithPlaces() throws Exception {
        String sound = file("sound.yaml", "pipeline: one\nmain: { model: exoflux/tiny }\n");
        String broken = file("broken.yaml", "pipeline: two\nmain: { modell: exoflux/tiny, stages: none }\n");
        assertThat(run("validate", broken, sound)).isEqualTo(2);
        assertThat(out.toString()).contains("sound.yaml is sound: one").doesNotContain("broken");
        assertThat(err.toString())
                .contains("broken.yaml:2:9: ", "modell", "Maybe you mean model", "broken.yaml:2:39: ", "stages")
                .doesNotContain("Exception");
    }

    @Test
    void needsAFileThatIsThere() {
        assertThat(run("validate")).isEqualTo(2);
        assertThat(err.toString()).contains("validate needs a file");
        assertThat(run("validate", "nowhere.yaml")).isNotZero();
        assertThat(err.toString()).contains("nowhere.yaml cannot be read").doesNotContain("\tat ");
    }
}
