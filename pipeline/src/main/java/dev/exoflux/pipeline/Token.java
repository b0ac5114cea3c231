package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import org.jspecify.annotations.Nullable;

/**
 * One token of an answer.
 *
 * @param id the token's id, or {@link #NONE} for text that no model has chosen
 * @param text what became certain with this token: possibly empty (half a character, or text held back as the possible
 *     beginning of a stop string), possibly more than the token's own text
 * @param prompt whether this is an echoed token of the prompt
 * @param logprobs null unless asked for
 * @param speculated what speculation has done for the answer so far
 * @param finish on the last token of an answer, else null. The token that ended it (end of sequence, the one that completed
 *     a stop string) is that last token; its {@code text} is what was still held back, without the stop string. The answer
 *     that a validator ended has {@link #NONE} there: what broke the rule is not told in ids either.
 */
public record Token(
        int id,
        String text,
        boolean prompt,
        Sampled.@Nullable Logprobs logprobs,
        Speculated speculated,
        @Nullable Finish finish) {

    /** The id of what is no token of a model: text between answers, or the end of one that broke a rule. */
    public static final int NONE = -1;

    /** A token of an answer without speculation, or the last one, which tells it in its end. */
    public Token(int id, String text, boolean prompt, Sampled.@Nullable Logprobs logprobs, @Nullable Finish finish) {
        this(id, text, prompt, logprobs, finish == null ? Speculated.NONE : finish.speculated(), finish);
    }

    /** Text that no model has chosen. */
    public static Token notice(String text) {
        return new Token(NONE, text, false, null, null);
    }

    /** The same token with another text, for stages that change what is read and not what was chosen. */
    public Token withText(String other) {
        return new Token(id, other, prompt, logprobs, speculated, finish);
    }

    /** The same token as the last of an answer, or with null not as the last. */
    public Token withFinish(@Nullable Finish finish) {
        return new Token(id, text, prompt, logprobs, speculated, finish);
    }

    /**
     * How the answer ended.
     *
     * @param promptTokens tokens of the prompt
     * @param cachedTokens of these, those that were not computed again because another sequence had begun with them
     * @param completionTokens tokens generated, the end-of-sequence token included
     * @param speculated what speculation has done for it
     * @param stopString the stop string that ended it, or null
     * @param verdict what a validator found, or null where none has seen all of it
     */
    public record Finish(
            FinishReason reason,
            int promptTokens,
            int cachedTokens,
            int completionTokens,
            Speculated speculated,
            @Nullable String stopString,
            @Nullable Verdict verdict) {

        /** The end of an answer that nobody has validated. */
        public Finish(
                FinishReason reason,
                int promptTokens,
                int cachedTokens,
                int completionTokens,
                Speculated speculated,
                @Nullable String stopString) {
            this(reason, promptTokens, cachedTokens, completionTokens, speculated, stopString, null);
        }

        /** The end of an answer without speculation. */
        public Finish(
                FinishReason reason,
                int promptTokens,
                int cachedTokens,
                int completionTokens,
                @Nullable String stopString) {
            this(reason, promptTokens, cachedTokens, completionTokens, Speculated.NONE, stopString);
        }

        /** The same end with what a validator found. */
        public Finish with(@Nullable Verdict verdict) {
            return new Finish(reason, promptTokens, cachedTokens, completionTokens, speculated, stopString, verdict);
        }
    }

    /**
     * What a validator found.
     *
     * @param rule the one that was broken, or null where the answer keeps to all of them
     */
    public record Verdict(@Nullable String rule) {

        /** The answer keeps to every rule. */
        public static final Verdict VALID = new Verdict(null);

        /** Whether it keeps to every rule. */
        public boolean valid() {
            return rule == null;
        }
    }

    /** Why an answer ended. */
    public enum FinishReason {
        /** The model's end-of-sequence token, or a stop string. */
        STOP,
        /** {@code maxTokens}, or the end of the context. */
        LENGTH,
        /** A validator: the answer, or its prompt, broke a rule. */
        CONTENT_FILTER
    }
}
