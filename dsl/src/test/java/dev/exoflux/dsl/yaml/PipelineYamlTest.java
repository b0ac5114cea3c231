package dev.exoflux.dsl.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Flow;
import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Sampling;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PipelineYamlTest {

    @Test
    void readsTheTriadAsItIsSaid() {
        PipelineDefinition careful = PipelineYaml.read(Samples.of("triad.yaml")).getFirst();

        assertThat(careful)
                .isEqualTo(new PipelineDefinition(
                        "careful-chat",
                        new Triad(
                                new Main(new PlacedModel("exoflux/tiny", 2, Strategy.PIPELINE, List.of())),
                                new Speculative(
                                        Trit.PLUS, new Proposer.Draft(PlacedModel.anywhere("exoflux/tiny-draft")), 4),
                                new Validator(List.of(
                                        new AnswerRule(new AnswerCheck.MaxLength(2000)),
                                        new AnswerRule(new AnswerCheck.Forbid("(?i)password"))))),
                        List.of(),
                        List.of(),
                        new Sampling(0.7f, null, 0.95f, null, null, null, null, Map.of(), 42L),
                        new Flow(Flow.AUTOMATIC, 256, 32, 128)));
    }

    static List<Path> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsEverySampleAndWhatItWritesOfIt(Path sample) throws Exception {
        assertThat(Files.readString(sample)).as("says what it is").startsWith("# ");
        List<PipelineDefinition> pipelines = PipelineYaml.read(sample);
        String written = PipelineYaml.write(pipelines);
        assertThat(read(written)).isEqualTo(pipelines);
    }

    @Test
    void writesAsTheSampleReads() {
        assertThat(PipelineYaml.write(PipelineYaml.read(Samples.of("triad.yaml"))))
                .isEqualTo("""
                pipeline: careful-chat
                triad:
                  main:        { trit: 0, model: exoflux/tiny, strategy: pipeline, stages: 2 }
                  speculative: { trit: +1, model: exoflux/tiny-draft, draft-tokens: 4 }
                  validator:   { trit: -1, rules: [ { max-length: 2000 }, { forbid: "(?i)password" } ] }
                sampling: { temperature: 0.7, top-p: 0.95, seed: 42 }
                flow:     { max-concurrency: 32, queue: 128 }
                """);
    }

    @Test
    void readsWhatItWrites() {
        RandomDefinitions definitions = new RandomDefinitions(new Random(7));
        for (int round = 0; round < 2000; round++) {
            List<PipelineDefinition> pipelines = definitions.file();
            String written = PipelineYaml.write(pipelines);
            assertThat(read(written)).as(written).isEqualTo(pipelines);
            assertThat(PipelineYaml.write(read(written))).isEqualTo(written);
        }
    }

    @Test
    void readsJsonAndAliases() {
        assertThat(read("{\"pipeline\": \"p\", \"main\": {\"model\": \"m\", \"on\": [\"a\"]}}"))
                .isEqualTo(read("""
                        pipeline: p
                        main:
                          model: m
                          on: [a]
                        """));
        assertThat(read("""
                        pipeline: p
                        fallback:
                          - main: { model: a, on: &here [x, y] }
                          - main: { model: b, on: *here }
                        """)).isEqualTo(read("""
                        pipeline: p
                        fallback:
                          - main: { model: a, on: [x, y] }
                          - main: { model: b, on: [x, y] }
                        """));
    }

    @Test
    void takesWordsForWordsThatYamlOnceTookForBooleans() {
        PipelineDefinition pipeline = read("""
                        pipeline: on
                        main: { model: m, on: [no, yes, off] }
                        validator: { rules: [ { language: no } ] }
                        """).getFirst();
        assertThat(pipeline.name()).isEqualTo("on");
        assertThat(((Single) pipeline.body()).main().placed().on()).containsExactly("no", "yes", "off");
        assertThat(PipelineYaml.write(List.of(pipeline))).contains("on: [no, yes, off]");
    }

    @Test
    void mayHandRequestsToPipelinesThatAreElsewhere() {
        byte[] yaml = "{ pipeline: p, fallback: [elsewhere, exoflux/tiny] }".getBytes(UTF_8);
        assertThat(PipelineYaml.check("it", yaml, java.util.Set.of("elsewhere")).problems())
                .isEmpty();
        assertThat(PipelineYaml.check("it", yaml, java.util.Set.of()).problems())
                .hasSize(1);
    }

    @Test
    void saysWhatCannotBeWritten() {
        Single body = new Single(new Main(PlacedModel.anywhere("m")));
        PipelineDefinition counting = new PipelineDefinition(
                "p", body, List.of(), List.of(new After.Operator(tokens -> tokens)), Sampling.DEFAULTS, Flow.DEFAULTS);
        assertThatThrownBy(() -> PipelineYaml.write(List.of(counting)))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
                .hasMessage("""
                        This pipeline cannot be written as YAML: a stage after the model is a function in Java.
                        Maybe make that a bean, and say its name.""");

        Validator checking = new Validator(List.of(new AnswerRule(new AnswerCheck.Function(String::isEmpty))));
        assertThatThrownBy(() -> PipelineYaml.write(
                        List.of(new PipelineDefinition("p", new Single(body.main(), null, checking)))))
                .hasMessageContaining("the rule function is a function in Java");
        assertThatThrownBy(() -> PipelineYaml.write(List.of(validated(Map.of("k".repeat(2000), 1)))))
                .hasMessageStartingWith(
                        "This pipeline cannot be written as YAML: read again, it fails. This is not YAML");
        assertThatThrownBy(() -> PipelineYaml.write(List.of(validated(Map.of("k", "\ud800")))))
                .hasMessageEndingWith("a text in it is not Unicode.");
    }

    private static PipelineDefinition validated(Map<String, Object> schema) {
        Validator validator = new Validator(List.of(new AnswerRule(new AnswerCheck.JsonSchema(schema))));
        return new PipelineDefinition("p", new Single(new Main(PlacedModel.anywhere("m")), null, validator));
    }

    private static List<PipelineDefinition> read(String yaml) {
        return PipelineYaml.read("it", yaml.getBytes(UTF_8));
    }
}
