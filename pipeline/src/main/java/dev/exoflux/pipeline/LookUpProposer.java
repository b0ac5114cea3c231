package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.util.Arrays;
import reactor.core.publisher.Mono;

/**
 * Proposes what followed the last few tokens when they occurred before, in the prompt or the answer (prompt lookup decoding, Saxena
 * 2023): answers that quote, edit or repeat. Costs no pass through any model. Thread-safe; holds nothing.
 */
final class LookUpProposer implements Proposer {

    static final LookUpProposer INSTANCE = new LookUpProposer();

    private static final int LONGEST = 4;
    private static final int SHORTEST = 2;

    private LookUpProposer() {}

    @Override
    public Mono<int[]> propose(int[] tokens, SamplingSettings sampling, Scheduling scheduling, int most) {
        return Mono.justOrEmpty(lookUp(tokens, most));
    }

    /** What followed the longest run of last tokens that occurred before, where it occurred last; nothing if none did. */
    static int[] lookUp(int[] tokens, int most) {
        for (int length = Math.min(LONGEST, tokens.length - 1); length >= SHORTEST; length--) {
            int end = tokens.length - length;
            for (int at = end - 1; at >= 0; at--) {
                if (Arrays.equals(tokens, at, at + length, tokens, end, tokens.length)) {
                    int from = at + length;
                    return Arrays.copyOfRange(tokens, from, Math.min(from + most, tokens.length));
                }
            }
        }
        return new int[0];
    }
}
