package dev.exoflux.web.openai;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.Token;
import java.util.ArrayList;
import java.util.List;

/** The {@code logprobs} of a chat choice, one entry a token. */
record ChatLogprobs(List<Entry> content) {

    record Entry(String token, double logprob, List<Integer> bytes, List<Alternative> topLogprobs) {}

    record Alternative(String token, double logprob, List<Integer> bytes) {}

    /** Of the tokens of a piece whose request asked for them. */
    static ChatLogprobs of(Piece piece, ServedModel model) {
        List<Entry> entries = new ArrayList<>();
        for (Token token : piece.shownTokens(model::bytesOf)) {
            Sampled.Logprobs logprobs = token.logprobs();
            if (logprobs != null) {
                entries.add(entry(token.id(), logprobs, model));
            }
        }
        return new ChatLogprobs(entries);
    }

    private static Entry entry(int id, Sampled.Logprobs logprobs, ServedModel model) {
        TokenText text = TokenText.of(id, model);
        return new Entry(
                text.shown(),
                TokenText.finite(logprobs.chosen()),
                text.byteValues(),
                logprobs.top().stream().map(top -> alternative(top, model)).toList());
    }

    private static Alternative alternative(Sampled.Alternative top, ServedModel model) {
        TokenText text = TokenText.of(top.id(), model);
        return new Alternative(text.shown(), TokenText.finite(top.logprob()), text.byteValues());
    }
}
