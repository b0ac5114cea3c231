package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import org.jspecify.annotations.Nullable;

/**
 * How the tokens of an answer are guessed before they are computed. It changes no token: a proposal only lets several be computed
 * in one round of the ring, and each is chosen exactly as it would have been without it (see {@link Proposer}).
 *
 * <p>An answer that is guessed goes ahead of its reader's demand by as many tokens as one round may give.
 *
 * @param draft id of the model that proposes, with the same tokens as the one that answers; null to look up in prompt and
 *     answer what followed the last few tokens before
 * @param most tokens proposed in a round, at most {@link #MOST}; fewer, or none, where that is faster
 */
public record Speculation(@Nullable String draft, int most) {

    /** Proposals a round may carry: more hardly ever hold. */
    public static final int MOST = 16;

    /** @throws ExofluxException INVALID_CONFIGURATION for a number out of range */
    public Speculation {
        if (most < 1 || most > MOST) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "draft-tokens is %d; it has to be between 1 and %d.".formatted(most, MOST));
        }
    }

    /** Proposals from a smaller model. */
    public static Speculation by(String draft, int most) {
        return new Speculation(draft, most);
    }

    /** Proposals without a model. */
    public static Speculation byLookUp(int most) {
        return new Speculation(null, most);
    }
}
