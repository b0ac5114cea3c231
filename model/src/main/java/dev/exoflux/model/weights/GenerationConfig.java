package dev.exoflux.model.weights;

import dev.exoflux.model.SamplingSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a model's makers would have it sampled, from {@code generation_config.json}; settings that change nothing stand for
 * what the file leaves out.
 *
 * @param eosIds tokens that end an answer; empty where the file names none
 * @param temperature 0 (greedy) where the file says {@code "do_sample": false}
 * @param topK 0 for all
 */
public record GenerationConfig(
        List<Integer> eosIds, float temperature, float topP, int topK, float minP, float repetitionPenalty) {

    /** For a model that comes without the file. */
    public static final GenerationConfig ABSENT = new GenerationConfig(List.of(), 1, 1, 0, 0, 1);

    private static final long MAX_BYTES = 1 << 20;

    public GenerationConfig {
        eosIds = List.copyOf(eosIds);
    }

    /**
     * Reads the file, which may be absent.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where it is damaged
     */
    public static GenerationConfig read(Path file) {
        if (!Files.exists(file)) {
            return ABSENT;
        }
        JsonFields fields = JsonFields.read(file, MAX_BYTES);
        boolean sample = fields.flag("do_sample", true);
        return new GenerationConfig(
                fields.ids("eos_token_id"),
                sample ? (float) fields.number("temperature", 0, 1) : 0,
                probability(fields, "top_p", 1),
                (int) Math.min(Integer.MAX_VALUE, fields.number("top_k", 0, 0)),
                probability(fields, "min_p", 0),
                fields.has("repetition_penalty") ? (float) fields.positive("repetition_penalty") : 1);
    }

    /** The same as settings, with no penalty on the answer, no biases and a seed that means nothing. */
    public SamplingSettings sampling() {
        return SamplingSettings.builder()
                .temperature(temperature)
                .topK(topK)
                .topP(topP)
                .minP(minP)
                .repetitionPenalty(repetitionPenalty)
                .build();
    }

    private static float probability(JsonFields fields, String name, float otherwise) {
        double value = fields.number(name, 0, otherwise);
        if (value > 1) {
            throw fields.wrong(name, "a number from 0 to 1");
        }
        return (float) value;
    }
}
