package dev.exoflux.dsl.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Single;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON Schemas beside the file that names them. */
final class SchemaFilesTest {

    private static final String NAMING = """
            pipeline: shaped
            main: { model: exoflux/tiny }
            validator: { rules: [ { name: shape, json-schema: schemas/answer.json } ] }
            """;

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("shaped.yaml"), text);
    }

    private void schema(String text) throws IOException {
        Files.createDirectories(folder.resolve("schemas"));
        Files.writeString(folder.resolve("schemas/answer.json"), text);
    }

    private static AnswerCheck check(List<PipelineDefinition> pipelines) {
        Single body = (Single) pipelines.getFirst().body();
        return Objects.requireNonNull(body.validator()).rules().getFirst().check();
    }

    @Test
    void aSchemaInAFileIsAsOneInItsPlace() throws IOException {
        schema("{\"type\": \"object\", \"required\": [\"n\"], \"properties\": {\"n\": {\"minimum\": 1.5}}}");
        List<PipelineDefinition> read = PipelineYaml.read(file(NAMING));
        assertThat(read)
                .isEqualTo(PipelineYaml.read(file(NAMING.replace(
                        "schemas/answer.json",
                        "{ type: object, required: [n], properties: { n: { minimum: 1.5 } } }"))));
        assertThat(PipelineYaml.read("again", PipelineYaml.write(read).getBytes(UTF_8)))
                .isEqualTo(read);
    }

    @Test
    void isReadAtAnyDepth() throws IOException {
        schema("{\"type\": \"array\"}");
        Path nested = file("""
                pipeline: deep
                router:
                  rules:
                    - prompt-characters-above: 5
                      to:
                        fallback:
                          - triad:
                              main: { model: exoflux/tiny }
                              speculative: { proposer: n-gram }
                              validator: { rules: [ { json-schema: schemas/answer.json } ] }
                          - fan-out:
                              join: first
                              to:
                                - exoflux/tiny
                                - main: { model: exoflux/tiny }
                                  validator: { rules: [ { json-schema: schemas/answer.json } ] }
                  otherwise: exoflux/tiny
                """);
        String written = PipelineYaml.write(PipelineYaml.read(nested));
        assertThat(written).doesNotContain("answer.json");
        assertThat(written.split("type: array", -1)).hasSize(3);
    }

    @Test
    void aTextOfItsOwnHasNoFolder() {
        assertThat(check(PipelineYaml.read("text", NAMING.getBytes(UTF_8))))
                .isEqualTo(new AnswerCheck.JsonSchemaFile("schemas/answer.json"));
    }

    /** What the schema's file holds; what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONE | The JSON Schema schemas/answer.json cannot be read",
                "[1, 2] | schemas/answer.json is a list; it has to be a JSON Schema",
                "EMPTY | The JSON Schema schemas/answer.json is not one JSON object.",
                "{'a': 1 | The JSON Schema schemas/answer.json:1:",
                "{'a': 1, 'a': 2} | a is here twice",
                "LONG | The JSON Schema schemas/answer.json is larger than 1048576 bytes.",
            })
    void whatIsWrongIsSaidAtThePlaceThatNamesIt(String text, String told) throws IOException {
        switch (text) {
            case "NONE" -> {}
            case "EMPTY" -> schema("");
            case "LONG" -> schema("{\"a\": \"" + "x".repeat(1 << 20) + "\"}");
            default -> schema(text.replace('\'', '"'));
        }
        PipelineFile file = PipelineYaml.check(file(NAMING), Set.of());
        assertThat(file.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.column()).isEqualTo(51);
            assertThat(problem.key()).isEqualTo("json-schema");
            assertThat(problem.message()).contains(told);
        });
    }
}
