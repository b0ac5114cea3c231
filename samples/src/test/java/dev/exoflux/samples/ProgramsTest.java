package dev.exoflux.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each program as {@code samples/run} starts it. */
final class ProgramsTest {

    private static final String HOME = "exoflux.home";

    @TempDir
    private static Path home;

    private final PrintStream usual = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setProperty(HOME, home.toString());
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void leave() {
        System.setOut(usual);
        System.clearProperty(HOME);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTriadAnswersAndSaysWhatBecameOfItsBranches() {
        CarefulChat.main(new String[] {"What is a hop?"});
        assertThat(printed()).contains("verdict=Verdict[rule=null]", "speculated=");
    }

    @Test
    void ownStagesChangeWhatIsReadAndCountIt() {
        OwnStages.main(new String[] {"What is 12 + 30?"});
        String answer = printed().substring(0, printed().lastIndexOf("\n\n"));
        assertThat(answer).contains("█").doesNotContainPattern("\\d");
        assertThat(printed()).containsPattern("\\n\\d+ tokens");
    }

    @Test
    void aRouterSendsQuestionsToWhoAnswersThem() {
        FrontDesk.main(new String[] {"What is 2 + 3?", "Who are you?"});
        assertThat(printed().lines().toList())
                .hasSizeGreaterThanOrEqualTo(4)
                .contains("What is 2 + 3?", "Who are you?");
    }

    @Test
    void aSpringApplicationOfSixtyLinesEmbedsAPipeline() throws IOException {
        DiscreetService.main(new String[] {"--spring.main.banner-mode=off", "--logging.level.root=off"});
        assertThat(printed()).contains("█");
        Path source = Path.of("src/main/java/dev/exoflux/samples/DiscreetService.java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(60);
    }
}
