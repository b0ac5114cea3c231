package dev.exoflux.model;

import java.util.Map;

/**
 * How a token is chosen from logits. Applied in this order: logit bias, repetition, presence and frequency penalties,
 * temperature, top-k, top-p, min-p.
 *
 * @param temperature 0 for greedy, else divides the logits
 * @param topK keep the k likeliest, 0 for all
 * @param topP keep the smallest set of likeliest tokens whose probability reaches this, 1 for all
 * @param minP drop tokens less likely than this share of the likeliest, 0 for none
 * @param repetitionPenalty as in transformers (Keskar et al. 2019), over prompt and answer; 1 for none
 * @param presencePenalty subtracted once from each token the answer already holds; 0 for none
 * @param frequencyPenalty subtracted for each time the answer already holds the token; 0 for none
 * @param logitBias added to the logits of these token ids
 * @param seed base of every draw; the draw for position n depends on this and n alone
 * @param topLogprobs -1 for no log-probabilities, else how many alternatives to report beside the chosen token's own
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

    /** The likeliest token, no penalties, no log-probabilities. */
    public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0, 1, 0, 0, Map.of(), 0, -1);

    public SamplingSettings {
        logitBias = Map.copyOf(logitBias);
    }
}
