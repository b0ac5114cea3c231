package dev.exoflux.pipeline;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.Token.FinishReason;
import org.jspecify.annotations.Nullable;

/**
 * A token as the batcher hands it out: without text.
 *
 * @param prompt whether it is echoed from the prompt
 * @param finish on the last token, as far as ids can tell
 */
record SequenceToken(
        int id,
        boolean prompt,
        Sampled.@Nullable Logprobs logprobs,
        @Nullable FinishReason finish) {}
