package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.util.Set;

/**
 * What the batcher knows of a request: no text, only ids.
 *
 * @param prompt at least one token
 * @param maxTokens most tokens of the answer, bounded by the context; 0 only with {@code echo}
 * @param ends tokens that end the answer; empty to ignore them
 * @param echo answer with the prompt's tokens first
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record SequenceRequest(int[] prompt, SamplingSettings sampling, int maxTokens, Set<Integer> ends, boolean echo) {

    /** Positions the sequence can come to hold. */
    int capacity() {
        return prompt.length + maxTokens;
    }

    /** Whether the prompt's tokens have to be scored by the model before they can be echoed. */
    boolean scored() {
        return echo && sampling.topLogprobs() >= 0;
    }
}
