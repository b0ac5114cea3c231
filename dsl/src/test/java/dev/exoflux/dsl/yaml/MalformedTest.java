package dev.exoflux.dsl.yaml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file that is wrong gets a message with line and column, and what may help. */
final class MalformedTest {

    static MalformedFile[] files() {
        return MalformedFile.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysWhatIsWrongAndWhere(MalformedFile file) {
        assertThat(told(file.yaml().getBytes(UTF_8))).isEqualTo(file.told());
    }

    @Test
    void refusesBytesThatAreNoText() {
        assertThat(told("pipeline: gr\u00fcn".getBytes(ISO_8859_1))).isEqualTo("""
                        it:1:13: This is not UTF-8.
                        Maybe save the file as UTF-8, or it is no YAML at all.""");
        assertThat(told("pipeline: p\nmain: \u0000".getBytes(UTF_8))).isEqualTo("""
                        it:2:7: There is a control character (U+0000) here.
                        Maybe write it as an escape in double quotes.""");
    }

    @Test
    void refusesAFileOfTenMegabytesUnread(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("large.yaml");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(10 << 20);
        }
        assertThatThrownBy(() -> PipelineYaml.read(file)).hasMessage("""
                        %s:1:1: The file is larger than 1024 KiB.
                        Maybe it is no pipeline: they have a few lines.""".formatted(file));
    }

    @Test
    void refusesAliasesThatMultiply() {
        String bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
                + IntStream.range(1, 20)
                        .mapToObj(i -> "a%d: &a%d [%s]\n"
                                .formatted(i, i, String.join(", ", Collections.nCopies(10, "*a" + (i - 1)))))
                        .collect(Collectors.joining());
        assertThat(told(bomb.getBytes(UTF_8))).startsWith("it:5:10: ").contains("20000 values");
    }

    @Test
    void refusesDepthWithoutAStackOverflow() {
        assertThat(told("[".repeat(100_000).getBytes(UTF_8)))
                .startsWith("it:1:33: This is nested more than 32 levels deep.");
        assertThat(told("{a: ".repeat(100_000).getBytes(UTF_8))).contains("nested more than 32 levels deep");
        assertThat(told("- ".repeat(100_000).getBytes(UTF_8))).contains("nested more than 32 levels deep");
    }

    @Test
    void refusesMorePipelinesThanAFileMayHave() {
        String many = "pipeline: p\nmain: { model: m }\n---\n".repeat(257);
        assertThat(told(many.getBytes(UTF_8))).startsWith("it:769:1: A file may have 256 pipelines; this is one more.");
    }

    @Test
    void tellsTheFirstTwenty() {
        String told = told(("pipeline: p\nmain: { model: m, on: [" + "1, ".repeat(30) + "] }").getBytes(UTF_8));
        assertThat(told.lines().filter(line -> line.startsWith("it:"))).hasSize(20);
        assertThat(told).endsWith("And 10 more.");
    }

    @Test
    void endsWhereThereAreTooMany() {
        String keys = "pipeline: p\n"
                + IntStream.range(0, 5_000)
                        .mapToObj("unknown-%d: 1\n"::formatted)
                        .collect(Collectors.joining());
        PipelineFile file = PipelineYaml.check("it", keys.getBytes(UTF_8), Set.of());
        assertThat(file.problems()).hasSize(101);
        assertThat(file.problems().getLast().in("it")).startsWith("it:102:1: There are more problems from here on.");
    }

    @Test
    void saysKeysOnOneLine() {
        assertThat(told("{ pipeline: p, main: { model: m, \"\\e[2J\\n\": 1, \" \": 2 } }".getBytes(UTF_8)))
                .contains("it:1:34: ?[2J? is no key of main.", "An empty key is no key of main.");
    }

    @Test
    void compilesExpressionsOfAnyDepthThatFits() {
        String deep = "(".repeat(500) + ")".repeat(500);
        assertThat(told("{ pipeline: p, main: { model: m }, validator: { rules: [ { forbid: \"%s\" } ] } }"
                        .formatted(deep)
                        .getBytes(UTF_8)))
                .isEqualTo("nothing is wrong");
    }

    @Test
    void isAnInvalidRequestAboutTheKey() {
        assertThatThrownBy(
                        () -> PipelineYaml.read("it", "pipeline: p\nmain: { model: m, stages: many }".getBytes(UTF_8)))
                .isInstanceOfSatisfying(ExofluxException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(e.parameter()).isEqualTo("stages");
                });
    }

    /** Every kind of value in every place: nothing but problems, each inside the file. */
    @Test
    void neverFailsOtherwise() {
        String sample = PipelineYaml.write(PipelineYaml.read(Samples.of("router.yaml"))) + "---\n"
                + PipelineYaml.write(PipelineYaml.read(Samples.of("triad.yaml")));
        String[] parts = {
            "", "~", "[]", "{}", "1", "*a", "&a", "!x", "\"", "'", "\t", "\n", ": ", "- ", "#", "{", "]", "\u0007",
            "|\n", "%"
        };
        for (int at = 0; at < sample.length(); at++) {
            String part = parts[at % parts.length];
            String broken = sample.substring(0, at) + part + sample.substring(Math.min(sample.length(), at + at % 7));
            long lines = broken.lines().count() + 1;
            assertThat(PipelineYaml.check("it", broken.getBytes(UTF_8), Set.of())
                            .problems())
                    .as(broken)
                    .allSatisfy(problem -> assertThat(problem.line()).isBetween(1, (int) lines));
        }
    }

    private static String told(byte[] yaml) {
        try {
            PipelineYaml.read("it", yaml);
            return "nothing is wrong";
        } catch (ExofluxException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
