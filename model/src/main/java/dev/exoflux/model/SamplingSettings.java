package dev.exoflux.model;

import java.util.Map;

/**
 * How a token is chosen from logits. Applied in this order: logit bias, repetition, presence and frequency penalties,
 * temperature, top-k, top-p, min-p.
 *
 * <p>Settings out of range cannot exist: the constructor refuses them with {@link ErrorCode#INVALID_REQUEST}, naming the
 * field as OpenAI's API writes it ({@code top_p}); {@link ExofluxException#about} says it in other words.
 *
 * @param temperature 0 for greedy, else divides the logits; at most {@value #MAX_TEMPERATURE}
 * @param topK keep the k likeliest, 0 for all
 * @param topP keep the smallest set of likeliest tokens whose probability reaches this, 1 for all; above 0
 * @param minP drop tokens less likely than this share of the likeliest, 0 for none; at most 1
 * @param repetitionPenalty as in transformers (Keskar et al. 2019), over prompt and answer; 1 for none, above 0 and at most
 *     {@value #MAX_REPETITION_PENALTY}
 * @param presencePenalty subtracted once from each token the answer already holds; 0 for none, -2 to 2
 * @param frequencyPenalty subtracted for each time the answer already holds the token; 0 for none, -2 to 2
 * @param logitBias added to the logits of these token ids, -100 to 100 each
 * @param seed base of every draw; the draw for position n depends on this and n alone
 * @param topLogprobs -1 for no log-probabilities, else how many alternatives to report beside the chosen token's own,
 *     at most {@value #MAX_TOP_LOGPROBS}
 */
public record SamplingSettings(
        float temperature,
        int topK,
        float topP,
        float minP,
        float repetitionPenalty,
        float presencePenalty,
        float frequencyPenalty,
        Map<Integer, Float> logitBias,
        long seed,
        int topLogprobs) {

    /** Highest temperature; the distribution is next to uniform long before. */
    public static final float MAX_TEMPERATURE = 100;

    /** Highest repetition penalty. */
    public static final float MAX_REPETITION_PENALTY = 10;

    /** Most alternatives reported for one position. */
    public static final int MAX_TOP_LOGPROBS = 20;

    /** The likeliest token, no penalties, no log-probabilities. */
    public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0, 1, 0, 0, Map.of(), 0, -1);

    public SamplingSettings {
        logitBias = LogitBias.copyOf(logitBias);
        requireWithin("temperature", temperature, 0, MAX_TEMPERATURE);
        requireWithin("top_k", topK, 0, Integer.MAX_VALUE);
        requireAbove0("top_p", topP, 1);
        requireWithin("min_p", minP, 0, 1);
        requireAbove0("repetition_penalty", repetitionPenalty, MAX_REPETITION_PENALTY);
        requireWithin("presence_penalty", presencePenalty, -2, 2);
        requireWithin("frequency_penalty", frequencyPenalty, -2, 2);
        logitBias.forEach((id, bias) -> requireBias(id, bias));
        requireWithin("top_logprobs", topLogprobs, -1, MAX_TOP_LOGPROBS);
    }

    LogitBias bias() {
        return (LogitBias) logitBias; // the constructor made it one
    }

    /** Settings to start from {@link #GREEDY} and change one by one. */
    public static Builder builder() {
        return new Builder(GREEDY);
    }

    /** Settings to start from these and change one by one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * These settings, if every token they name exists.
     *
     * @throws ExofluxException with {@link ErrorCode#INVALID_REQUEST} about {@code logit_bias} otherwise
     */
    public SamplingSettings requireVocabulary(int vocabularySize) {
        for (int id : logitBias.keySet()) {
            if (id >= vocabularySize) {
                throw ExofluxException.invalid(
                        "logit_bias",
                        "logit_bias names token %d, but the model has the tokens 0 to %d."
                                .formatted(id, vocabularySize - 1));
            }
        }
        return this;
    }

    private static void requireBias(int id, float bias) {
        if (id < 0) {
            throw ExofluxException.invalid("logit_bias", "logit_bias names token %d; ids begin at 0.".formatted(id));
        }
        requireWithin("logit_bias", bias, -100, 100);
    }

    private static void requireWithin(String field, float value, float lowest, float highest) {
        if (!(value >= lowest && value <= highest)) {
            throw outOfRange(field, value, "at least " + number(lowest), highest);
        }
    }

    private static void requireAbove0(String field, float value, float highest) {
        if (!(value > 0 && value <= highest)) {
            throw outOfRange(field, value, "above 0", highest);
        }
    }

    private static ExofluxException outOfRange(String field, float value, String lowest, float highest) {
        String upTo = highest == Integer.MAX_VALUE ? "" : " and at most " + number(highest);
        return ExofluxException.invalid(
                field, "%s is %s; it must be %s%s.".formatted(field, number(value), lowest, upTo));
    }

    private static String number(float value) {
        return value == (long) value ? Long.toString((long) value) : Float.toString(value);
    }

    /** Collects settings; what is not named stays as it was. Not thread-safe. */
    public static final class Builder {

        private float temperature;
        private int topK;
        private float topP;
        private float minP;
        private float repetitionPenalty;
        private float presencePenalty;
        private float frequencyPenalty;
        private Map<Integer, Float> logitBias;
        private long seed;
        private int topLogprobs;

        private Builder(SamplingSettings from) {
            temperature = from.temperature;
            topK = from.topK;
            topP = from.topP;
            minP = from.minP;
            repetitionPenalty = from.repetitionPenalty;
            presencePenalty = from.presencePenalty;
            frequencyPenalty = from.frequencyPenalty;
            logitBias = from.logitBias;
            seed = from.seed;
            topLogprobs = from.topLogprobs;
        }

        public Builder temperature(float temperature) {
            this.temperature = temperature;
            return this;
        }

        public Builder topK(int topK) {
            this.topK = topK;
            return this;
        }

        public Builder topP(float topP) {
            this.topP = topP;
            return this;
        }

        public Builder minP(float minP) {
            this.minP = minP;
            return this;
        }

        public Builder repetitionPenalty(float repetitionPenalty) {
            this.repetitionPenalty = repetitionPenalty;
            return this;
        }

        public Builder presencePenalty(float presencePenalty) {
            this.presencePenalty = presencePenalty;
            return this;
        }

        public Builder frequencyPenalty(float frequencyPenalty) {
            this.frequencyPenalty = frequencyPenalty;
            return this;
        }

        public Builder logitBias(Map<Integer, Float> logitBias) {
            this.logitBias = logitBias;
            return this;
        }

        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        public Builder topLogprobs(int topLogprobs) {
            this.topLogprobs = topLogprobs;
            return this;
        }

        /** The settings; refused as the record's constructor does. */
        public SamplingSettings build() {
            return new SamplingSettings(
                    temperature,
                    topK,
                    topP,
                    minP,
                    repetitionPenalty,
                    presencePenalty,
                    frequencyPenalty,
                    logitBias,
                    seed,
                    topLogprobs);
        }
    }
}
