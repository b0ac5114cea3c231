package dev.exoflux.web.openai;

import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token;
import org.jspecify.annotations.Nullable;

/**
 * What exoflux says of answers beside OpenAI's fields, in an object {@code exoflux}: on a stream where an answer ends, else once for
 * all answers. Nothing is said of what was not there.
 *
 * @param validated whether every rule of a validator was kept to
 * @param rule the first that was broken
 * @param response the text they speak of; null for several answers
 * @param speculative tokens that were guessed
 */
record Extras(
        @Nullable Boolean validated,
        @Nullable String rule,
        @Nullable String response,
        @Nullable Speculative speculative) {

    /** @param accepted of those proposed, the ones that were right */
    record Speculative(int proposed, int accepted) {}

    /**
     * Of one answer; null where there is nothing to say.
     *
     * @param response its whole text
     */
    static @Nullable Extras of(Token.Finish finish, String response) {
        Token.Verdict verdict = finish.verdict();
        Speculated speculated = finish.speculated();
        boolean guessed = !speculated.equals(Speculated.NONE);
        if (verdict == null && !guessed) {
            return null;
        }
        return new Extras(
                verdict == null ? null : verdict.valid(),
                verdict == null ? null : verdict.rule(),
                response,
                guessed ? new Speculative(speculated.proposed(), speculated.accepted()) : null);
    }

    /** Of two answers, or several, together. */
    static @Nullable Extras joined(@Nullable Extras one, @Nullable Extras other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new Extras(
                joined(one.validated, other.validated),
                one.rule == null ? other.rule : one.rule,
                null,
                joined(one.speculative, other.speculative));
    }

    private static @Nullable Boolean joined(@Nullable Boolean one, @Nullable Boolean other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one && other;
    }

    private static @Nullable Speculative joined(@Nullable Speculative one, @Nullable Speculative other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new Speculative(one.proposed + other.proposed, one.accepted + other.accepted);
    }
}
