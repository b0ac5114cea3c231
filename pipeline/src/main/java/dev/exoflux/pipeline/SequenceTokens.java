package dev.exoflux.pipeline;

import java.util.Arrays;

/** The tokens of one sequence by position, and how many of them every stage has computed. Confined to the batcher's loop. */
final class SequenceTokens {

    private int[] ids;
    private int length;
    private int computed;

    /** @param prompt not changed */
    SequenceTokens(int[] prompt) {
        this.ids = prompt;
        this.length = prompt.length;
    }

    /** All of them, in an array of their own. */
    int[] all() {
        return Arrays.copyOf(ids, length);
    }

    /** The newest token of the answer. */
    void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, length + Math.max(64, length / 2));
        }
        ids[length++] = id;
    }

    /** Every stage has computed what lies before {@code position}. */
    void computed(int position) {
        computed = Math.max(computed, position);
    }

    /** Positions that every stage has computed, from the first on. */
    int computed() {
        return computed;
    }

    /** Length of what {@code prompt}, as far as {@code most}, has in common with the tokens computed here. */
    int computedInCommon(int[] prompt, int most) {
        return common(computed, prompt, most);
    }

    /** Length of what {@code prompt}, as far as {@code most}, has in common with all tokens here. */
    int inCommon(int[] prompt, int most) {
        return common(length, prompt, most);
    }

    /** Whether all that the other has computed is computed here too. */
    boolean covers(SequenceTokens other) {
        return computedInCommon(other.ids, other.computed) == other.computed;
    }

    private int common(int held, int[] prompt, int most) {
        int compared = Math.min(held, most);
        int difference = Arrays.mismatch(ids, 0, compared, prompt, 0, compared);
        return difference < 0 ? compared : difference;
    }
}
