package dev.exoflux.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each program by its one command, compiled and run as a user has it: in a process of its own. */
final class ProgramsTest {

    private static final int PATIENCE_SECONDS = 60;

    /** Compiling kernels takes seconds, and a test's home is a new one. */
    private static final String IN_JAVA = "--exoflux.backend=vector";

    @TempDir
    private static Path home;

    private record Result(int code, String out, String err) {}

    private static Result run(String... words) throws Exception {
        Path err = home.resolve("err.txt");
        List<String> command = new ArrayList<>(List.of("sh", "run"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("EXOFLUX_HOME", home.toString());
        builder.environment().put("SAMPLES_CLASS_PATH", withoutTheSamples(System.getProperty("java.class.path")));
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out, Files.readString(err));
    }

    /** So that what runs is what the command has compiled. */
    private static String withoutTheSamples(String classPath) {
        Path own = Path.of("target").toAbsolutePath();
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(own))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String printed(String... words) throws Exception {
        Result result = run(words);
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }

    @Test
    void aTriadAnswersAndSaysWhatBecameOfItsBranches() throws Exception {
        assertThat(printed("CarefulChat", "What is a hop?"))
                .contains("verdict=Verdict[rule=null]")
                .containsPattern("speculated=Speculated\\[proposed=[1-9]");
    }

    @Test
    void ownStagesChangeWhatIsReadAndCountIt() throws Exception {
        String printed = printed("OwnStages");
        String answer = printed.substring(0, printed.lastIndexOf("\n\n"));
        assertThat(answer).contains("█").doesNotContainPattern("\\d");
        assertThat(printed).containsPattern("\\n\\d+ tokens");
    }

    @Test
    void aRouterSendsQuestionsToWhoAnswersThem() throws Exception {
        assertThat(printed("FrontDesk", "What is 2 + 3?", "Who are you?").lines())
                .hasSizeGreaterThanOrEqualTo(4)
                .contains("What is 2 + 3?", "Who are you?");
    }

    @Test
    void aSpringApplicationOfSixtyLinesEmbedsAPipeline() throws Exception {
        assertThat(printed("DiscreetService", "--spring.main.banner-mode=off", IN_JAVA))
                .contains("█");
        Path source = Path.of("src/main/java/dev/exoflux/samples/DiscreetService.java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(60);
    }

    @Test
    void aSpringApplicationTellsAStory() throws Exception {
        assertThat(printed("Storyteller", "--spring.main.banner-mode=off", "--logging.level.root=off", IN_JAVA))
                .isNotBlank();
    }

    @Test
    void tellsWhichSamplesThereAre() throws Exception {
        Result result = run();
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err().lines().skip(1).map(String::strip))
                .containsExactly("CarefulChat", "DiscreetService", "FrontDesk", "OwnStages", "Storyteller");
        Result unknown = run("LocalHost");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no sample LocalHost");
    }
}
