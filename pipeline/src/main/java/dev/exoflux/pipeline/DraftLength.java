package dev.exoflux.pipeline;

/**
 * How many tokens to propose for one sequence: as many as give most tokens in a time.
 *
 * <p>If each proposal holds with probability a, a round with k of them gives (1 - a^(k+1)) / (1 - a) tokens (Leviathan et al. 2023)
 * and takes what was measured for as many rows and proposals. Where no number is faster than none, nothing is proposed, and
 * tried again after a while that grows with each trial that fails. Confined to the batcher's loop.
 */
final class DraftLength {

    private static final double KEPT = 0.9;
    private static final double PRIOR = 2;
    private static final double GAIN = 1.02;
    private static final int SHORTEST_REST = 16;
    private static final int LONGEST_REST = 512;

    private final DraftCosts costs;
    private final int most;
    private double held;
    private double judged;
    private int rest;
    private int lastRest;

    /** @param most proposals in a round */
    DraftLength(DraftCosts costs, int most) {
        this.costs = costs;
        this.most = most;
        this.rest = costs.rest();
        this.lastRest = rest;
    }

    /**
     * Proposals for the next round.
     *
     * @param others rows that other sequences bring
     */
    int choose(int others) {
        if (rest > 0) {
            rest--;
            costs.rested();
            return 0;
        }
        if (!costs.known()) {
            return costs.trial(most);
        }
        double acceptance = acceptance();
        double best = GAIN / costs.round(others, 0);
        int chosen = 0;
        double tokens = 1;
        double all = 1;
        for (int k = 1; k <= most; k++) {
            all *= acceptance;
            tokens += all;
            double rate = tokens / costs.round(others, k);
            if (rate > best) {
                best = rate;
                chosen = k;
            }
        }
        if (chosen > 0) {
            lastRest = 0;
            costs.paid();
            return chosen;
        }
        takeRest();
        return 1; // a short one tells whether it is still so
    }

    /** Longer than the last one, unless proposals have paid since. */
    private void takeRest() {
        lastRest = Math.clamp(2L * lastRest, SHORTEST_REST, LONGEST_REST);
        rest = lastRest;
        costs.resting(rest);
    }

    /** The proposer failed or was late: leave it alone for a while. */
    void failed() {
        takeRest();
    }

    /** Of so many proposals of a round so many held; those behind the first that did not say nothing. */
    void verified(int proposed, int accepted) {
        int seen = Math.min(proposed, accepted + 1);
        judged = KEPT * judged + seen;
        held = KEPT * held + accepted;
        costs.verified(seen, accepted);
    }

    /** How likely the next proposal holds. */
    double acceptance() {
        return Math.min(0.99, (held + PRIOR * costs.acceptance()) / (judged + PRIOR));
    }
}
