package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against the probabilities that transformers' logits processors make of the same logits. */
final class SamplerGoldenTest {

    private static final int DRAWS = 40_000;

    private final Sampler sampler = new Sampler();

    @ParameterizedTest
    @ValueSource(
            strings = {"vocabulary-7", "vocabulary-33", "vocabulary-33-steep", "vocabulary-207", "vocabulary-4098"})
    void choosesWithTheReferenceProbabilities(String name) {
        JsonNode golden = JsonMapper.shared().readTree(Path.of("src/test/resources/sampler", name + ".json"));
        float[] logits = new float[golden.path("logits").size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) golden.path("logits").get(i).asDouble();
        }
        TokenHistory history = new TokenHistory(golden.path("prompt").size());
        golden.path("prompt").forEach(id -> history.write(history.length(), id.asInt()));
        golden.path("generated").forEach(id -> history.write(history.length(), id.asInt()));
        for (JsonNode each : golden.path("cases")) {
            SamplingSettings settings = settings(each.path("settings"));
            SamplingSettings greedy = settings.toBuilder().temperature(0).build();
            assertThat(sampler.sample(logits, greedy, history, history.length()).id())
                    .as(settings.toString())
                    .isEqualTo(each.path("argmax").asInt());
            if (settings.temperature() > 0) {
                agrees(logits, settings, history, each.path("probabilities"));
            }
        }
    }

    /** Penalties are f32 arithmetic on logits of up to 100, whose rounding is up to 4e-6 of a probability. */
    private void agrees(float[] logits, SamplingSettings settings, TokenHistory history, JsonNode expected) {
        Map<Integer, Double> probabilities = sampler.probabilities(logits, settings, history);
        int listed = 0;
        for (int i = 0; i < expected.path("ids").size(); i++) {
            int id = expected.path("ids").get(i).asInt();
            double probability = expected.path("values").get(i).asDouble();
            assertThat(probabilities.getOrDefault(id, 0.0))
                    .as("token %d with %s", id, settings)
                    .isCloseTo(probability, within(1e-5 * probability + 1e-12));
            listed += probabilities.containsKey(id) ? 1 : 0;
        }
        assertThat(listed).as("tokens kept by %s", settings).isEqualTo(probabilities.size());
        Map<Integer, Integer> drawn = new HashMap<>();
        for (int position = 0; position < DRAWS / logits.length; position++) {
            drawn.merge(sampler.sample(logits, settings, history, position).id(), 1, Integer::sum);
        }
        assertThat(probabilities.keySet()).containsAll(drawn.keySet());
    }

    private static SamplingSettings settings(JsonNode json) {
        Map<Integer, Float> bias = new HashMap<>();
        json.path("logitBias")
                .properties()
                .forEach(entry -> bias.put(Integer.parseInt(entry.getKey()), (float)
                        entry.getValue().asDouble()));
        return SamplingSettings.builder()
                .temperature((float) json.path("temperature").asDouble())
                .topK(json.path("topK").asInt())
                .topP((float) json.path("topP").asDouble())
                .minP((float) json.path("minP").asDouble())
                .repetitionPenalty((float) json.path("repetitionPenalty").asDouble())
                .presencePenalty((float) json.path("presencePenalty").asDouble())
                .frequencyPenalty((float) json.path("frequencyPenalty").asDouble())
                .logitBias(bias)
                .seed(5)
                .build();
    }
}
