package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the batcher knows of a request: no text, only ids.
 *
 * @param prompt at least one token
 * @param maxTokens most tokens of the answer, bounded by the context; 0 only with {@code echo}
 * @param ends tokens that end the answer; empty to ignore them
 * @param echo answer with the prompt's tokens first
 * @param resumed what was answered before, elsewhere; null where the answer begins
 * @param speculation how to guess what comes next; null to compute token by token
 * @param scheduling how it stands beside others
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record SequenceRequest(
        int[] prompt,
        SamplingSettings sampling,
        int maxTokens,
        Set<Integer> ends,
        boolean echo,
        @Nullable Resumed resumed,
        @Nullable Speculation speculation,
        Scheduling scheduling) {

    /**
     * How far an answer has come. Only what comes after is handed out, and is what it would have been if the answer had never
     * been interrupted: the same tokens, log-probabilities and end.
     *
     * @param echoed tokens of the prompt that were handed out
     * @param answer tokens of the answer that were handed out, none of which ended it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    public record Resumed(int echoed, int[] answer) {

        private boolean unfinished(int echo, int maxTokens, Set<Integer> ends) {
            boolean ordered = echoed >= 0 && echoed <= echo && (answer.length == 0 || echoed == echo);
            boolean full = echoed == echo && answer.length >= maxTokens;
            return ordered && !full && Arrays.stream(answer).noneMatch(ends::contains);
        }
    }

    /** @throws IllegalArgumentException for parts that do not go together */
    public SequenceRequest {
        int least = echo ? 0 : 1;
        if (prompt.length == 0 || maxTokens < least || maxTokens > Integer.MAX_VALUE - prompt.length) {
            throw new IllegalArgumentException("%d tokens after %d".formatted(maxTokens, prompt.length));
        }
        if (resumed != null && !resumed.unfinished(echo ? prompt.length : 0, maxTokens, ends)) {
            throw new IllegalArgumentException("%d tokens echoed and %d of %d answered"
                    .formatted(resumed.echoed, resumed.answer.length, maxTokens));
        }
    }

    /** A request for an answer from its beginning. */
    public SequenceRequest(int[] prompt, SamplingSettings sampling, int maxTokens, Set<Integer> ends, boolean echo) {
        this(prompt, sampling, maxTokens, ends, echo, null, null, Scheduling.DEFAULT);
    }

    /** The same request for what comes after {@code before}. */
    public SequenceRequest resume(Resumed before) {
        return new SequenceRequest(prompt, sampling, maxTokens, ends, echo, before, speculation, scheduling);
    }

    /** The same request with guesses; null for none. */
    public SequenceRequest speculating(@Nullable Speculation how) {
        return new SequenceRequest(prompt, sampling, maxTokens, ends, echo, resumed, how, scheduling);
    }

    /** The same request that stands otherwise beside others. */
    public SequenceRequest scheduled(Scheduling other) {
        return new SequenceRequest(prompt, sampling, maxTokens, ends, echo, resumed, speculation, other);
    }

    /** Positions the sequence can come to hold. */
    int capacity() {
        return prompt.length + maxTokens;
    }

    /** Whether the prompt's tokens have to be scored by the model before they can be echoed. */
    boolean scored() {
        return echo && sampling.topLogprobs() >= 0;
    }
}
