package dev.exoflux.pipeline;

import dev.exoflux.model.text.Detokenizer;
import dev.exoflux.model.text.StopStrings;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import org.jspecify.annotations.Nullable;

/** Gives the tokens of one answer their text, and ends the answer where a stop string is complete. Not thread-safe. */
final class AnswerText {

    private final Detokenizer detokenizer;
    private final StopStrings stops;
    private final int promptTokens;
    private int completionTokens;

    /** @param detokenizer stands where the first token will go on */
    AnswerText(Detokenizer detokenizer, StopStrings stops, int promptTokens) {
        this.detokenizer = detokenizer;
        this.stops = stops;
        this.promptTokens = promptTokens;
    }

    /** The next token, one for one. After one with a {@code finish} there is none. */
    Token next(SequenceToken token) {
        return token.prompt() ? echoed(token) : answered(token);
    }

    /** Stop strings are looked for in the answer only. */
    private Token echoed(SequenceToken token) {
        String text = detokenizer.add(token.id());
        FinishReason reason = token.finish();
        if (reason == null) {
            return new Token(token.id(), text, true, token.logprobs(), token.speculated(), null);
        }
        return new Token(token.id(), text + detokenizer.finish(), true, token.logprobs(), finish(token, reason, null));
    }

    private Token answered(SequenceToken token) {
        completionTokens++;
        FinishReason reason = token.finish();
        // an end-of-sequence token is no text, even where the tokenizer does not count it among the special ones
        String piece = reason == FinishReason.STOP ? "" : detokenizer.add(token.id());
        StopStrings.Match match = stops.accept(reason == null ? piece : piece + detokenizer.finish());
        if (match.stop() != null) {
            return new Token(
                    token.id(), match.text(), false, token.logprobs(), finish(token, FinishReason.STOP, match.stop()));
        }
        if (reason == null) {
            return new Token(token.id(), match.text(), false, token.logprobs(), token.speculated(), null);
        }
        return new Token(
                token.id(), match.text() + stops.flush(), false, token.logprobs(), finish(token, reason, null));
    }

    private Finish finish(SequenceToken token, FinishReason reason, @Nullable String stop) {
        return new Finish(reason, promptTokens, token.cachedTokens(), completionTokens, token.speculated(), stop);
    }
}
