package dev.exoflux.pipeline;

/**
 * What speculation has done for an answer.
 *
 * @param proposed tokens proposed
 * @param accepted of these, those that were chosen: each one a round less
 */
public record Speculated(int proposed, int accepted) {

    /** Nothing was proposed. */
    public static final Speculated NONE = new Speculated(0, 0);

    Speculated plus(int moreProposed, int moreAccepted) {
        return new Speculated(proposed + moreProposed, accepted + moreAccepted);
    }
}
