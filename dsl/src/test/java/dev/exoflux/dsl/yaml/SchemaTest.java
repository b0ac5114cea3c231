package dev.exoflux.dsl.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema against a validator and a YAML reader that are not ours. */
final class SchemaTest {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private static final Schema SCHEMA = REGISTRY.getSchema(PipelineYaml.schema(), InputFormat.JSON);

    static List<Path> samples() {
        return Samples.all();
    }

    static List<MalformedFile> malformed() {
        return Arrays.stream(MalformedFile.all()).filter(MalformedFile::schema).toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void acceptsTheSamples(Path sample) throws Exception {
        for (String document : documents(Files.readString(sample))) {
            assertThat(SCHEMA.validate(document, InputFormat.YAML)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesWhatIsMalformed(MalformedFile file) {
        assertThat(SCHEMA.validate(file.yaml(), InputFormat.YAML)).isNotEmpty();
    }

    @Test
    void acceptsWhateverIsWritten() {
        RandomDefinitions definitions = new RandomDefinitions(new Random(11));
        for (int round = 0; round < 300; round++) {
            for (String document : documents(PipelineYaml.write(definitions.file()))) {
                assertThat(SCHEMA.validate(document, InputFormat.YAML))
                        .as(document)
                        .isEmpty();
            }
        }
    }

    @Test
    void isASchemaItself() {
        assertThat(REGISTRY.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
                        .validate(PipelineYaml.schema(), InputFormat.JSON))
                .isEmpty();
    }

    private static List<String> documents(String file) {
        return Pattern.compile("(?m)^---\n").splitAsStream(file).toList();
    }
}
