package dev.exoflux.pipeline;

/**
 * What rounds and drafts take on this ring, in any one unit of time, and how often proposals hold in general. Shared by the sequences
 * that draft alike; confined to the batcher's loop.
 */
final class DraftCosts {

    private static final double FIRST_GUESS = 0.7;
    private static final double KEPT = 0.98;

    private final LinearCost rounds;
    private final LinearCost drafts = new LinearCost();
    private double held = FIRST_GUESS;
    private double judged = 1;
    private int trials;
    private int rest;

    /** @param rounds time of a round by the rows of its batch */
    DraftCosts(LinearCost rounds) {
        this.rounds = rounds;
    }

    /** Proposals of {@code most} a sequence were there after {@code time}. */
    void drafted(int most, double time) {
        drafts.measured(most, time);
    }

    /** Of {@code judged} proposals that were looked at, {@code held} held. */
    void verified(int judged, int held) {
        this.held = KEPT * this.held + held;
        this.judged = KEPT * this.judged + judged;
    }

    /** A sequence does without proposals for so many rounds, because they do not pay. */
    void resting(int rounds) {
        rest = Math.max(rest, rounds);
    }

    /** A sequence has done one of its rounds without. */
    void rested() {
        rest = Math.max(0, rest - 1);
    }

    /**
     * Rounds without proposals that a new sequence begins with: none where they paid last, and what is left where others have rested
     * since, so that short answers do not rest for ever one after another.
     */
    int rest() {
        return rest;
    }

    /** Proposals paid. */
    void paid() {
        rest = 0;
    }

    /** How likely a proposal holds, where nothing is known of its sequence. */
    double acceptance() {
        return held / judged;
    }

    /** Time of a round with {@code others} rows of other sequences and, of this one, {@code proposals} and the newest token. */
    double round(int others, int proposals) {
        return rounds.of(others + 1.0 + proposals) + (proposals == 0 ? 0 : drafts.of(proposals));
    }

    /** Whether rounds and drafts of different lengths have been measured. */
    boolean known() {
        return rounds.known() && drafts.known();
    }

    /** A length to measure next, while little is {@linkplain #known known}: now all, now few. */
    int trial(int most) {
        return trials++ % 2 == 0 ? most : most / 2;
    }
}
