package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import org.jspecify.annotations.Nullable;

/**
 * One token of an answer.
 *
 * @param id the token's id
 * @param text what became certain with this token: possibly empty (half a character, or text held back as the possible
 *     beginning of a stop string), possibly more than the token's own text
 * @param prompt whether this is an echoed token of the prompt
 * @param logprobs null unless asked for
 * @param finish on the last token of an answer, else null. The token that ended it (end of sequence, the one that completed
 *     a stop string) is that last token; its {@code text} is what was still held back, without the stop string.
 */
public record Token(
        int id,
        String text,
        boolean prompt,
        Sampled.@Nullable Logprobs logprobs,
        @Nullable Finish finish) {

    /**
     * How the answer ended.
     *
     * @param promptTokens tokens of the prompt
     * @param cachedTokens of these, those that were not computed again because another sequence had begun with them
     * @param completionTokens tokens generated, the end-of-sequence token included
     * @param speculated what speculation has done for it
     * @param stopString the stop string that ended it, or null
     */
    public record Finish(
            FinishReason reason,
            int promptTokens,
            int cachedTokens,
            int completionTokens,
            Speculated speculated,
            @Nullable String stopString) {

        /** The end of an answer without speculation. */
        public Finish(
                FinishReason reason,
                int promptTokens,
                int cachedTokens,
                int completionTokens,
                @Nullable String stopString) {
            this(reason, promptTokens, cachedTokens, completionTokens, Speculated.NONE, stopString);
        }
    }

    /** Why an answer ended. */
    public enum FinishReason {
        /** The model's end-of-sequence token, or a stop string. */
        STOP,
        /** {@code maxTokens}, or the end of the context. */
        LENGTH
    }
}
