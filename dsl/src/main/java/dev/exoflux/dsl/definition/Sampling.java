package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are chosen where a request says nothing. Null, the default of each, leaves it to the model's makers; what the values
 * mean and may be is said by {@link SamplingSettings}.
 *
 * @param logitBias by token id; empty by default
 * @param seed null for one drawn at random for each request
 */
public record Sampling(
        @Nullable Float temperature,
        @Nullable Integer topK,
        @Nullable Float topP,
        @Nullable Float minP,
        @Nullable Float repetitionPenalty,
        @Nullable Float presencePenalty,
        @Nullable Float frequencyPenalty,
        Map<Integer, Float> logitBias,
        @Nullable Long seed) {

    /** Everything left to the model's makers. */
    public static final Sampling DEFAULTS = new Sampling(null, null, null, null, null, null, null, Map.of(), null);

    /** @throws ExofluxException INVALID_REQUEST for a value that {@link SamplingSettings} refuses */
    public Sampling(
            @Nullable Float temperature,
            @Nullable Integer topK,
            @Nullable Float topP,
            @Nullable Float minP,
            @Nullable Float repetitionPenalty,
            @Nullable Float presencePenalty,
            @Nullable Float frequencyPenalty,
            Map<Integer, Float> logitBias,
            @Nullable Long seed) {
        this.temperature = temperature;
        this.topK = topK;
        this.topP = topP;
        this.minP = minP;
        this.repetitionPenalty = repetitionPenalty;
        this.presencePenalty = presencePenalty;
        this.frequencyPenalty = frequencyPenalty;
        this.logitBias = Collections.unmodifiableMap(new TreeMap<>(logitBias));
        this.seed = seed;
        try {
            over(SamplingSettings.GREEDY);
        } catch (ExofluxException e) {
            throw inKebabCase(e);
        }
    }

    /** {@code settings} with what is said here. */
    public SamplingSettings over(SamplingSettings settings) {
        return settings.toBuilder()
                .temperature(or(temperature, settings.temperature()))
                .topK(or(topK, settings.topK()))
                .topP(or(topP, settings.topP()))
                .minP(or(minP, settings.minP()))
                .repetitionPenalty(or(repetitionPenalty, settings.repetitionPenalty()))
                .presencePenalty(or(presencePenalty, settings.presencePenalty()))
                .frequencyPenalty(or(frequencyPenalty, settings.frequencyPenalty()))
                .logitBias(logitBias.isEmpty() ? settings.logitBias() : logitBias)
                .seed(or(seed, settings.seed()))
                .build();
    }

    private static <T> T or(@Nullable T said, T otherwise) {
        return said == null ? otherwise : said;
    }

    private static ExofluxException inKebabCase(ExofluxException e) {
        String field = String.valueOf(e.parameter());
        String key = field.replace('_', '-');
        return ExofluxException.invalid(key, String.valueOf(e.getMessage()).replace(field, key));
    }
}
