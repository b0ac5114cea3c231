package dev.exoflux.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token chosen for a position.
 *
 * @param logprobs null unless {@link SamplingSettings#topLogprobs()} asked for them
 */
public record Sampled(int id, @Nullable Logprobs logprobs) {

    /**
     * Natural logarithms of probabilities of the raw softmax: before bias, penalties, temperature and truncation.
     *
     * @param chosen of the chosen token
     * @param top the likeliest tokens, likeliest first, ties to the lower id
     */
    public record Logprobs(float chosen, List<Alternative> top) {
        public Logprobs {
            top = List.copyOf(top);
        }
    }

    /** One token that could have been chosen. */
    public record Alternative(int id, float logprob) {}
}
