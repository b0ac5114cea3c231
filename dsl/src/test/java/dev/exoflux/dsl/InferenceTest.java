package dev.exoflux.dsl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.Before;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.dsl.definition.Validator.OnLoss;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.placement.Strategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The Java sentence says what the YAML of the samples says. */
final class InferenceTest {

    @Test
    void saysTheTriad() {
        PipelineSentence careful = Inference.pipeline("careful-chat")
                .main(m -> m.model("exoflux/tiny").strategy(Strategy.PIPELINE).stages(2))
                .speculative(s -> s.model("exoflux/tiny-draft").draftTokens(4))
                .validator(v -> v.maxLength(2000).forbid("(?i)password"))
                .sampling(s -> s.temperature(0.7).topP(0.95).seed(42))
                .flow(f -> f.maxConcurrency(32).queue(128));
        assertThat(careful.definition()).isEqualTo(sample("triad.yaml").getFirst());
    }

    @Test
    void saysTheOtherSamples() {
        assertThat(Inference.pipeline("repeats-itself")
                        .main(m -> m.model("exoflux/tiny"))
                        .speculative(s -> s.nGram())
                        .definition())
                .isEqualTo(sample("n-gram.yaml").getFirst());

        assertThat(Inference.pipeline("front-desk")
                        .router(r -> r.whenHeader("x-team", "^research$")
                                .to("thorough")
                                .whenPromptMatches("(?i)\\b(java|python|sql)\\b")
                                .to("thorough")
                                .whenPromptTokensAbove(200)
                                .to("exoflux/tiny")
                                .whenAnswer("exoflux/tiny", "Is this a question about arithmetic? Say yes or no.")
                                .to("thorough")
                                .otherwise("exoflux/tiny"))
                        .definition())
                .isEqualTo(sample("router.yaml").getFirst());

        assertThat(Inference.pipeline("always-there")
                        .fallback(Inference.model(m -> m.model("exoflux/tiny").stages(2)), Target.named("exoflux/tiny"))
                        .flow(f -> f.maxConcurrency(8).queue(16))
                        .definition())
                .isEqualTo(sample("fallback.yaml").getFirst());

        assertThat(Inference.pipeline("second-opinion")
                        .fanOut(f -> f.to("exoflux/tiny", "exoflux/tiny-draft")
                                .bestBy("exoflux/tiny", "Is this a good answer? Say yes or no."))
                        .definition())
                .isEqualTo(sample("fan-out.yaml").getFirst());

        assertThat(Inference.pipeline("three-voices")
                        .fanOut(f -> f.to(
                                        Inference.model(m ->
                                                m.model("exoflux/tiny-draft").trit(Trit.MINUS)),
                                        Inference.model(m -> m.model("exoflux/tiny")),
                                        Inference.model(m -> m.model("exoflux/tiny")
                                                .trit(Trit.PLUS)
                                                .stages(2)))
                                .vote())
                        .sampling(s -> s.temperature(0))
                        .definition())
                .isEqualTo(sample("three-voices.yaml").getFirst());
    }

    @Test
    void saysAllThatYamlSays() {
        PipelineDefinition said = Inference.pipeline("everything")
                .main(m -> m.model("a").on("studio", "mini").trit(Trit.PLUS))
                .speculative(s -> s.model("b")
                        .trit(Trit.MINUS)
                        .stages(3)
                        .strategy(Strategy.TENSOR)
                        .on("mini"))
                .validator(v -> v.require("ok")
                        .jsonSchema(Map.of("type", "object"))
                        .jsonSchema("answer.json")
                        .language("en")
                        .judge("c", "Is it polite?")
                        .bean("polite")
                        .trit(Trit.ZERO)
                        .on("mini")
                        .onLoss(OnLoss.CONTINUE))
                .before("redact")
                .after("count")
                .sampling(s -> s.topK(5)
                        .minP(0.1)
                        .repetitionPenalty(1.1)
                        .presencePenalty(0.5)
                        .frequencyPenalty(-0.5)
                        .logitBias(Map.of(3, 1f)))
                .flow(f -> f.inFlight(2).prefillChunk(64))
                .definition();
        assertThat(PipelineYaml.read("it", PipelineYaml.write(List.of(said)).getBytes(UTF_8)))
                .containsExactly(said);
    }

    @Test
    void takesStagesOfOnesOwnInOrder() {
        PipelineDefinition said = Inference.pipeline("p")
                .main(m -> m.model("a"))
                .validator(v -> v.check("short", answer -> answer.length() < 10))
                .before(Mono::just)
                .before("redact")
                .after(tokens -> tokens)
                .definition();
        assertThat(said.before()).hasExactlyElementsOfTypes(Before.Operator.class, Before.Bean.class);
        assertThat(said.after()).hasExactlyElementsOfTypes(After.Operator.class);
        assertThat(((Single) said.body()).validator()).isNotNull();
    }

    @Test
    void refusesWithTheSameWordsAsYaml() {
        assertThatThrownBy(() -> Inference.pipeline("p")
                        .main(m -> m.model("a").trit(Trit.PLUS))
                        .speculative(s -> s.nGram())
                        .validator(v -> v.maxLength(1)))
                .hasMessageContaining("Maybe give main the trit 0.");
        assertThatThrownBy(() -> Inference.pipeline("a/b").main(m -> m.model("a")))
                .hasMessageStartingWith("pipeline is \"a/b\", which is no name for a pipeline.");
    }

    @Test
    void deploysOnceForEachSubscription() {
        List<PipelineDefinition> deployed = new ArrayList<>();
        Generator answering = request -> Flux.empty();
        PipelineSentence sentence = Inference.pipeline("p").fallback("a/b", "c/d");
        Mono<Generator> deployment = sentence.deployOn(pipeline -> {
            deployed.add(pipeline);
            return Mono.just(answering);
        });
        assertThat(deployed).isEmpty();
        StepVerifier.create(deployment).expectNext(answering).verifyComplete();
        assertThat(deployed).containsExactly(sentence.definition());
    }

    private static List<PipelineDefinition> sample(String name) {
        return PipelineYaml.read(Path.of("../samples/pipelines", name));
    }
}
