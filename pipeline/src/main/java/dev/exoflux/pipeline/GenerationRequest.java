package dev.exoflux.pipeline;

import static java.util.Collections.unmodifiableMap;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One answer asked for.
 *
 * @param model id of a served model
 * @param prompt what to answer
 * @param sampling how tokens are chosen; a request with no seed of its own gets a random one from its caller
 * @param maxTokens most tokens of the answer; {@link #TO_THE_END} for as many as the context holds
 * @param stop strings that end the answer and are not part of it
 * @param ignoreEos go on beyond the model's end-of-sequence tokens
 * @param echo emit the prompt's tokens first, as {@link Token#prompt()} tokens, with their log-probabilities where
 *     {@code sampling} asks for log-probabilities
 * @param speculation how to guess what comes next, so that it comes faster; null not to. The tokens are the same
 * @param hints what the client says beside its request, for those who route it: by name in any case, at most {@link
 *     #MOST_HINTS} of at most {@link #LONGEST_HINT} characters each. No model sees them
 * @param scheduling how it stands beside others
 */
public record GenerationRequest(
        String model,
        Prompt prompt,
        SamplingSettings sampling,
        int maxTokens,
        List<String> stop,
        boolean ignoreEos,
        boolean echo,
        @Nullable Speculation speculation,
        Map<String, String> hints,
        Scheduling scheduling) {

    /** Most hints of one request. */
    public static final int MOST_HINTS = 32;

    /** Longest value of a hint. */
    public static final int LONGEST_HINT = 1024;

    /** As many tokens as the context holds. */
    public static final int TO_THE_END = Integer.MAX_VALUE;

    public GenerationRequest {
        stop = List.copyOf(stop);
        hints = checked(hints);
    }

    /** A request without hints. */
    public GenerationRequest(
            String model,
            Prompt prompt,
            SamplingSettings sampling,
            int maxTokens,
            List<String> stop,
            boolean ignoreEos,
            boolean echo,
            @Nullable Speculation speculation) {
        this(model, prompt, sampling, maxTokens, stop, ignoreEos, echo, speculation, Map.of(), Scheduling.DEFAULT);
    }

    /** A request without speculation. */
    public GenerationRequest(
            String model,
            Prompt prompt,
            SamplingSettings sampling,
            int maxTokens,
            List<String> stop,
            boolean ignoreEos,
            boolean echo) {
        this(model, prompt, sampling, maxTokens, stop, ignoreEos, echo, null);
    }

    /** The same asked of another model. */
    public GenerationRequest withModel(String id) {
        return new GenerationRequest(
                id, prompt, sampling, maxTokens, stop, ignoreEos, echo, speculation, hints, scheduling);
    }

    /** The same with tokens chosen in another way. */
    public GenerationRequest withSampling(SamplingSettings settings) {
        return new GenerationRequest(
                model, prompt, settings, maxTokens, stop, ignoreEos, echo, speculation, hints, scheduling);
    }

    /** The same about another prompt. */
    public GenerationRequest withPrompt(Prompt other) {
        return new GenerationRequest(
                model, other, sampling, maxTokens, stop, ignoreEos, echo, speculation, hints, scheduling);
    }

    /** The same with tokens guessed in another way. */
    public GenerationRequest withSpeculation(@Nullable Speculation guessing) {
        return new GenerationRequest(
                model, prompt, sampling, maxTokens, stop, ignoreEos, echo, guessing, hints, scheduling);
    }

    /** The same with these hints. */
    public GenerationRequest withHints(Map<String, String> said) {
        return new GenerationRequest(
                model, prompt, sampling, maxTokens, stop, ignoreEos, echo, speculation, said, scheduling);
    }

    /** The same that stands otherwise beside others. */
    public GenerationRequest withScheduling(Scheduling other) {
        return new GenerationRequest(
                model, prompt, sampling, maxTokens, stop, ignoreEos, echo, speculation, hints, other);
    }

    private static Map<String, String> checked(Map<String, String> hints) {
        if (hints.isEmpty()) {
            return Map.of();
        }
        if (hints.size() > MOST_HINTS) {
            throw ExofluxException.invalid(
                    "hints", "The request has %d hints; it may have %d.".formatted(hints.size(), MOST_HINTS));
        }
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        hints.forEach((name, value) -> {
            if (value.length() > LONGEST_HINT) {
                throw ExofluxException.invalid(
                        name, "%s has %d characters; it may have %d.".formatted(name, value.length(), LONGEST_HINT));
            }
            byName.put(name, value);
        });
        return unmodifiableMap(byName);
    }
}
