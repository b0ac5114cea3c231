package dev.exoflux.dsl.definition;

import java.util.Collection;

/** The part a branch plays in a triad: a digit of balanced ternary. */
public enum Trit {
    /** Holds back: the validator's. */
    MINUS(-1),
    /** Goes ahead: the main model's. */
    ZERO(0),
    /** Runs ahead: the speculative branch's. */
    PLUS(1);

    private final int value;

    Trit(int value) {
        this.value = value;
    }

    /** -1, 0 or 1. */
    public int value() {
        return value;
    }

    /** The branch of a triad that has it by default, whose draws are its own: 0 main, 1 speculative, 2 validator. */
    public int branch() {
        return Math.floorMod(value, 3);
    }

    /** As files spell it: -1, 0 or +1. */
    public String spelling() {
        return value > 0 ? "+" + value : Integer.toString(value);
    }

    /** The trit congruent to {@code value} modulo 3. */
    static Trit congruentTo(int value) {
        return values()[Math.floorMod(value + 1, 3)];
    }

    static int sum(Collection<Trit> trits) {
        return trits.stream().mapToInt(Trit::value).sum();
    }
}
