package dev.exoflux.dsl.definition;

import dev.exoflux.pipeline.Speculation;

/**
 * The branch that runs ahead: it proposes tokens, and the main model verifies them in one pass. The answer is the main model's own.
 *
 * @param trit {@link Trit#PLUS} by default
 * @param draftTokens most that are proposed at once; fewer, or none, where that is faster. {@link #AUTOMATIC}, the
 *     default, sets no bound but {@link #MOST_DRAFT_TOKENS}
 */
public record Speculative(Trit trit, Proposer proposer, int draftTokens) {

    /** As many as prove worth it. */
    public static final int AUTOMATIC = 0;

    /** Most tokens proposed at once. */
    public static final int MOST_DRAFT_TOKENS = Speculation.MOST;

    public Speculative {
        Bounds.withinOr(AUTOMATIC, "draft-tokens", draftTokens, MOST_DRAFT_TOKENS);
    }

    /** The branch with what it usually has. */
    public Speculative(Proposer proposer) {
        this(Trit.PLUS, proposer, AUTOMATIC);
    }
}
