package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.Token.FinishReason;
import org.jspecify.annotations.Nullable;

/**
 * A token as the batcher hands it out: without text.
 *
 * @param prompt whether it is echoed from the prompt
 * @param cachedTokens of the prompt, those that were not computed again
 * @param speculated what speculation has done for the answer so far
 * @param finish on the last token, as far as ids can tell
 */
public record SequenceToken(
        int id,
        boolean prompt,
        Sampled.@Nullable Logprobs logprobs,
        int cachedTokens,
        Speculated speculated,
        @Nullable FinishReason finish) {

    /** A token of an answer without speculation. */
    public SequenceToken(
            int id,
            boolean prompt,
            Sampled.@Nullable Logprobs logprobs,
            int cachedTokens,
            @Nullable FinishReason finish) {
        this(id, prompt, logprobs, cachedTokens, Speculated.NONE, finish);
    }
}
