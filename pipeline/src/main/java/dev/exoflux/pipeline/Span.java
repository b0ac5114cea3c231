package dev.exoflux.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * {@code count} consecutive tokens of one sequence within a batch. The message is the truth: a stage whose cache holds more
 * than {@code position} positions of the sequence forgets the rest before it computes.
 *
 * @param sequence id given by the entry's batcher, unique while the ring lives
 * @param position of the first token, counted from 0
 * @param count tokens, at least 1
 * @param outputs for how many of the last tokens the tail answers with what follows them; 0 for a prefill chunk that is not
 *     the prompt's last
 * @param next the token that follows this span, where the entry knows it (log-probabilities of a prompt), else
 *     {@link #UNKNOWN}. The tail scores a known follower and samples an unknown one.
 * @param settings how to sample; on the first span of a sequence and null on the others
 */
public record Span(
        long sequence,
        int position,
        int count,
        int outputs,
        int next,
        @Nullable SequenceSettings settings) {

    /** The tail is to choose the next token. */
    public static final int UNKNOWN = -1;
}
