package dev.exoflux.web.openai;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.web.http.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a request wants its tokens chosen; null leaves it to the model. */
record SamplingFields(
        @Nullable Float temperature,
        @Nullable Float topP,
        @Nullable Integer topK,
        @Nullable Float minP,
        @Nullable Float repetitionPenalty,
        @Nullable Float presencePenalty,
        @Nullable Float frequencyPenalty,
        Map<Integer, Float> logitBias,
        @Nullable Long seed) {

    static SamplingFields read(Fields fields) {
        return new SamplingFields(
                fields.number("temperature"),
                fields.number("top_p"),
                topK(fields),
                fields.number("min_p"),
                fields.number("repetition_penalty"),
                fields.number("presence_penalty"),
                fields.number("frequency_penalty"),
                logitBias(fields),
                fields.wide("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** -1 is how other servers write "all". */
    private static @Nullable Integer topK(Fields fields) {
        Integer topK = fields.integer("top_k", -1, Integer.MAX_VALUE);
        return topK == null ? null : Math.max(0, topK);
    }

    private static Map<Integer, Float> logitBias(Fields fields) {
        Fields biases = fields.object("logit_bias");
        Map<Integer, Float> byId = new LinkedHashMap<>();
        if (biases != null) {
            for (Map.Entry<String, JsonNode> bias : biases.node().properties()) {
                byId.put(id(biases, bias.getKey(), bias.getValue()), biases.number(bias.getKey(), bias.getValue()));
            }
        }
        return byId;
    }

    private static int id(Fields biases, String key, JsonNode bias) {
        try {
            return Integer.parseUnsignedInt(key);
        } catch (NumberFormatException e) {
            throw biases.wrong(key, bias, "the key must be a token id");
        }
    }

    /**
     * These wishes over the model's own settings.
     *
     * @param choice of several answers to one prompt: each has a seed of its own, the first the request's
     * @param otherSeed for a request that names none
     * @throws dev.exoflux.model.ExofluxException INVALID_REQUEST for what is out of range
     */
    SamplingSettings over(SamplingSettings model, int choice, long otherSeed, int topLogprobs) {
        SamplingSettings.Builder settings = model.toBuilder()
                .seed(seedOf(seed == null ? otherSeed : seed, choice))
                .topLogprobs(topLogprobs);
        if (!logitBias.isEmpty()) {
            settings.logitBias(logitBias);
        }
        if (temperature != null) {
            settings.temperature(temperature);
        }
        if (topP != null) {
            settings.topP(topP);
        }
        if (topK != null) {
            settings.topK(topK);
        }
        if (minP != null) {
            settings.minP(minP);
        }
        if (repetitionPenalty != null) {
            settings.repetitionPenalty(repetitionPenalty);
        }
        if (presencePenalty != null) {
            settings.presencePenalty(presencePenalty);
        }
        if (frequencyPenalty != null) {
            settings.frequencyPenalty(frequencyPenalty);
        }
        return settings.build();
    }

    /** Seeds next to one another would shift the same draws by a position; these are far apart. */
    private static long seedOf(long seed, int choice) {
        return choice == 0 ? seed : new SplittableRandom(seed + choice).nextLong();
    }
}
