package dev.exoflux.web.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code logprobs} of a plain completion, in columns.
 *
 * @param tokenLogprobs null for the first token of a prompt, which follows nothing
 * @param topLogprobs the likeliest tokens and the chosen one, by their text; of two that look alike the likelier
 * @param textOffset characters (code points) of the choice's text before the token
 */
record CompletionLogprobs(
        List<String> tokens,
        @JsonInclude(content = JsonInclude.Include.ALWAYS) List<@Nullable Double> tokenLogprobs,
        @JsonInclude(content = JsonInclude.Include.ALWAYS) List<@Nullable Map<String, Double>> topLogprobs,
        List<Integer> textOffset) {

    /** Of the tokens of a piece that begins {@code offset} characters into the text. */
    static CompletionLogprobs of(Piece piece, int offset, ServedModel model) {
        List<Token> shown = piece.shownTokens(model::bytesOf);
        List<Integer> offsets = new ArrayList<>(shown.size());
        int at = offset;
        for (Token token : shown) {
            offsets.add(at);
            at += token.text().codePointCount(0, token.text().length());
        }
        return new CompletionLogprobs(
                Lists.mapped(shown, token -> TokenText.of(token.id(), model).shown()),
                Lists.mapped(shown, CompletionLogprobs::chosen),
                Lists.mapped(shown, token -> top(token, model)),
                offsets);
    }

    /** The columns of all pieces. */
    static CompletionLogprobs joined(List<CompletionLogprobs> pieces) {
        return new CompletionLogprobs(
                Lists.joined(pieces, CompletionLogprobs::tokens),
                Lists.joined(pieces, CompletionLogprobs::tokenLogprobs),
                Lists.joined(pieces, CompletionLogprobs::topLogprobs),
                Lists.joined(pieces, CompletionLogprobs::textOffset));
    }

    private static @Nullable Double chosen(Token token) {
        Sampled.Logprobs logprobs = token.logprobs();
        return logprobs == null ? null : TokenText.finite(logprobs.chosen());
    }

    private static @Nullable Map<String, Double> top(Token token, ServedModel model) {
        Sampled.Logprobs logprobs = token.logprobs();
        if (logprobs == null) {
            return null;
        }
        Map<String, Double> top = new LinkedHashMap<>();
        for (Sampled.Alternative alternative : logprobs.top()) {
            top.putIfAbsent(TokenText.of(alternative.id(), model).shown(), TokenText.finite(alternative.logprob()));
        }
        top.putIfAbsent(TokenText.of(token.id(), model).shown(), TokenText.finite(logprobs.chosen()));
        return top;
    }
}
