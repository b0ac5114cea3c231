package dev.exoflux.dsl.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What is made of the table and checked in is what the table says today. {@code ./exoflux test -pl dsl -am
 * -Dtest=GeneratedFilesTest -Dsurefire.failIfNoSpecifiedTests=false -Dexoflux.generate} writes it anew.
 */
final class GeneratedFilesTest {

    private static final Path SCHEMA =
            Samples.ROOT.resolve("dsl/src/main/resources/dev/exoflux/dsl/pipeline.schema.json");
    private static final Path PAGE = Samples.ROOT.resolve("docs/pipelines.md");

    private static final String BEGIN = "<!-- the keys, as GeneratedFilesTest writes them -->\n";
    private static final String END = "<!-- end of the keys -->\n";

    @Test
    void theSchemaIsUpToDate() throws IOException {
        compare(SCHEMA, PipelineYaml.schema());
    }

    @Test
    void theKeysInTheDocumentationAreUpToDate() throws IOException {
        String page = Files.readString(PAGE);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        compare(PAGE, before + keys() + page.substring(page.indexOf(END)));
    }

    private static void compare(Path file, String expected) throws IOException {
        if (System.getProperty("exoflux.generate") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(file).content().isEqualTo(expected);
    }

    private static String keys() {
        return Vocabulary.MAPPINGS.stream()
                .map(GeneratedFilesTest::keysOf)
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static String keysOf(Mapping<?> mapping) {
        return "### %s\n\n%s%s\n\n| key | value | without it | |\n|---|---|---|---|\n%s"
                .formatted(
                        mapping.name(),
                        mapping.meaning(),
                        mapping.exactlyOne().isEmpty()
                                ? ""
                                : " Exactly one of " + String.join(", ", mapping.exactlyOne()) + ".",
                        mapping.keys().stream().map(GeneratedFilesTest::row).collect(Collectors.joining()));
    }

    private static String row(Key<?, ?> key) {
        String without = key.presence() == Key.Presence.REQUIRED ? "required" : key.without();
        return "| `%s` | %s | %s | %s |\n".formatted(key.name(), key.form().told(), without, key.meaning());
    }
}
