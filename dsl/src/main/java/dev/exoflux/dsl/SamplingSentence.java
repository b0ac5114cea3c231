package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Sampling;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How tokens are chosen; what is not said is as the model's makers would have it. Not thread-safe. */
public final class SamplingSentence {

    private @Nullable Float temperature;
    private @Nullable Integer topK;
    private @Nullable Float topP;
    private @Nullable Float minP;
    private @Nullable Float repetitionPenalty;
    private @Nullable Float presencePenalty;
    private @Nullable Float frequencyPenalty;
    private Map<Integer, Float> logitBias = Map.of();
    private @Nullable Long seed;

    SamplingSentence() {}

    /** 0 for the likeliest token. */
    public SamplingSentence temperature(double temperature) {
        this.temperature = (float) temperature;
        return this;
    }

    /** Only so many of the likeliest tokens; 0 for all. */
    public SamplingSentence topK(int topK) {
        this.topK = topK;
        return this;
    }

    /** Only the likeliest tokens whose probability reaches this. */
    public SamplingSentence topP(double topP) {
        this.topP = (float) topP;
        return this;
    }

    /** No token less likely than this share of the likeliest. */
    public SamplingSentence minP(double minP) {
        this.minP = (float) minP;
        return this;
    }

    /** Above 1 against what prompt and answer already have. */
    public SamplingSentence repetitionPenalty(double penalty) {
        repetitionPenalty = (float) penalty;
        return this;
    }

    /** Above 0 against what the answer already has. */
    public SamplingSentence presencePenalty(double penalty) {
        presencePenalty = (float) penalty;
        return this;
    }

    /** Above 0 against what the answer has, for each time it has it. */
    public SamplingSentence frequencyPenalty(double penalty) {
        frequencyPenalty = (float) penalty;
        return this;
    }

    /** What is added to the logits of tokens, by their ids. */
    public SamplingSentence logitBias(Map<Integer, Float> bias) {
        logitBias = bias;
        return this;
    }

    /** Requests with the same seed draw the same. */
    public SamplingSentence seed(long seed) {
        this.seed = seed;
        return this;
    }

    Sampling sampling() {
        return new Sampling(
                temperature, topK, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty, logitBias, seed);
    }
}
