package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code exoflux chat} says behind an answer, with pipelines over the built-in models: in this process, and at a server. */
final class ChatCommandTest {

    private static final String TRIAD = """
            pipeline: careful
            triad:
              main:        { trit: 0,  model: exoflux/tiny, stages: 2 }
              speculative: { trit: +1, model: exoflux/tiny-draft, draft-tokens: 4 }
              validator:   { trit: -1, rules: [ { max-length: 2000 } ] }
            sampling: { temperature: 0.7, seed: 42 }
            """;

    private static final String QUESTION = "What is a hop?";
    private static final String NOTED = "\\(validated, \\d+ of [1-9]\\d* guesses right\\)\\R";

    @TempDir
    private Path home;

    private CommandRun command;

    @BeforeEach
    void open() {
        command = new CommandRun(home);
    }

    /** On kernels in Java: a home of its own would have others compiled. */
    private int chat(String... words) {
        List<String> all = new ArrayList<>(List.of("chat", "--local", "--backend", "vector"));
        all.addAll(List.of(words));
        return command.run(all.toArray(String[]::new));
    }

    @Test
    void printsTheOtherTwoPartsOfATriadBesideThePipe() throws IOException {
        String file = command.file("triad.yaml", TRIAD);
        assertThat(chat("--model", file, QUESTION)).isZero();
        assertThat(command.err()).matches(NOTED);
        String answer = command.out();
        assertThat(answer).isNotBlank().doesNotContain("validated");
        assertThat(chat("--model", file, QUESTION)).isZero();
        assertThat(command.out()).as("the seed is the pipeline's").isEqualTo(answer + answer);
    }

    @Test
    void saysNothingOfAModelAlone() {
        assertThat(chat(QUESTION)).isZero();
        assertThat(command.out()).isNotBlank();
        assertThat(command.err()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        String file = command.file("broken.yaml", "pipeline: two\nmain: { modell: exoflux/tiny }\n");
        assertThat(chat("--model", file, QUESTION)).isEqualTo(2);
        assertThat(command.err()).contains("broken.yaml:2:9: modell is no key of main");
    }

    @Test
    void saysWhatMlxCannotComputeIn() {
        assertThat(chat("--mlx-activations", "q8", QUESTION)).isEqualTo(2);
        assertThat(command.err()).contains("--mlx-activations q8 is not auto, bf16, f16 or f32.");
        assertThat(chat("--exact", "--mlx-activations", "bf16", QUESTION)).isNotZero();
        assertThat(command.err()).contains("MLX's activations are to be in bf16", "Maybe leave one of the two out.");
        assertThat(command.out()).isEmpty();
    }
}
