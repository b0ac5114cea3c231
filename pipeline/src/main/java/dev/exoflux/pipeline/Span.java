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
 * @param drafted how many of the last tokens are only proposed ({@link Speculation}): the tail chooses a token after each of the
 *     outputs as it would have without a proposal, up to the first that was proposed otherwise, and sends home a span of
 *     what holds
 */
public record Span(
        long sequence,
        int position,
        int count,
        int outputs,
        int next,
        @Nullable SequenceSettings settings,
        int drafted) {

    /** The tail is to choose the next token. */
    public static final int UNKNOWN = -1;

    /** A span without proposals. */
    public Span(long sequence, int position, int count, int outputs, int next, @Nullable SequenceSettings settings) {
        this(sequence, position, count, outputs, next, settings, 0);
    }

    /** What the tail sends home of it once {@code chosen} tokens have been chosen: the same, but for proposals that did not hold. */
    Span verified(int chosen) {
        int refused = outputs - chosen;
        return refused == 0 && drafted == 0
                ? this
                : new Span(sequence, position, count - refused, chosen, next, settings, drafted - refused);
    }
}
