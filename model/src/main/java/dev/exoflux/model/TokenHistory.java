package dev.exoflux.model;

import java.util.Arrays;

/**
 * The token ids of one sequence by position, with how often each occurs: what the penalties of a {@link Sampler} look at.
 *
 * <p>The message is the truth: writing at a position forgets whatever was held from there on, so a rejected draft is undone
 * by writing over it. Owned by one sequence; not thread-safe.
 */
public final class TokenHistory {

    private final int promptLength;
    private int[] ids = new int[64];
    private int length;
    private final TokenCounts counts = new TokenCounts();

    /**
     * An empty history.
     *
     * @param promptLength positions before this one belong to the prompt, the others to the answer
     */
    public TokenHistory(int promptLength) {
        if (promptLength < 0) {
            throw new IllegalArgumentException("prompt length " + promptLength);
        }
        this.promptLength = promptLength;
    }

    /** Positions held. */
    public int length() {
        return length;
    }

    /** Where the answer begins. */
    public int promptLength() {
        return promptLength;
    }

    /** The token at a position below {@link #length()}. */
    public int id(int position) {
        if (position < 0 || position >= length) {
            throw new IndexOutOfBoundsException("position " + position + " of " + length);
        }
        return ids[position];
    }

    /**
     * Puts tokens at {@code position} and the positions after it, and forgets all that lay beyond.
     *
     * @param position at most {@link #length()}
     */
    public void write(int position, int... tokens) {
        if (position < 0 || position > length) {
            throw new IndexOutOfBoundsException("position " + position + " after " + length);
        }
        trim(position);
        if (position + tokens.length > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(position + tokens.length, ids.length * 2));
        }
        for (int token : tokens) {
            counts.add(token, length >= promptLength, 1);
            ids[length++] = token;
        }
    }

    /** Forgets every position from {@code length} on; nothing happens if fewer are held. */
    public void trim(int length) {
        while (this.length > Math.max(0, length)) {
            this.length--;
            counts.add(ids[this.length], this.length >= promptLength, -1);
        }
    }

    /** What occurs how often at present. */
    TokenCounts counts() {
        return counts;
    }
}
