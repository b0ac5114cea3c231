package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.util.List;
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
 */
public record GenerationRequest(
        String model,
        Prompt prompt,
        SamplingSettings sampling,
        int maxTokens,
        List<String> stop,
        boolean ignoreEos,
        boolean echo,
        @Nullable Speculation speculation) {

    /** As many tokens as the context holds. */
    public static final int TO_THE_END = Integer.MAX_VALUE;

    public GenerationRequest {
        stop = List.copyOf(stop);
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
}
