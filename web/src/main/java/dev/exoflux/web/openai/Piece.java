package dev.exoflux.web.openai;

import dev.exoflux.pipeline.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A stretch of one answer that can be shown: text, with the tokens that have come since the piece before.
 *
 * @param choice index of the answer
 * @param text empty only in the last piece
 * @param finish in the last piece, else null
 */
record Piece(int choice, String text, List<Token> tokens, Token.@Nullable Finish finish) {

    /**
     * The pieces of one answer. A token that shows no text yet (half a character, what may become a stop string) waits for the
     * one that does. Demand, cancel and errors pass through.
     */
    static Flux<Piece> of(int choice, Flux<Token> answer) {
        return Flux.defer(() -> {
            List<Token> waiting = new ArrayList<>();
            return answer.handle((token, sink) -> {
                waiting.add(token);
                if (!token.text().isEmpty() || token.finish() != null) {
                    sink.next(new Piece(choice, token.text(), List.copyOf(waiting), token.finish()));
                    waiting.clear();
                }
            });
        });
    }

    /** OpenAI's word for how the answer ended, null while it goes on. */
    @Nullable
    String finishReason() {
        return finish == null
                ? null
                : switch (finish.reason()) {
                    case STOP -> "stop";
                    case LENGTH -> "length";
                    case CONTENT_FILTER -> "content_filter";
                };
    }

    /** Ids of the tokens that are answer, the one that ended it included. */
    List<Integer> answerIds() {
        return tokens.stream()
                .filter(token -> !token.prompt() && token.id() != Token.NONE)
                .map(Token::id)
                .toList();
    }

    /**
     * The tokens that stand in the text: without the end-of-sequence token, those of a stop string, and text that is no token.
     */
    List<Token> shownTokens(IntFunction<byte[]> bytesOf) {
        return answered(bytesOf).stream()
                .filter(token -> token.id() != Token.NONE)
                .toList();
    }

    private List<Token> answered(IntFunction<byte[]> bytesOf) {
        if (finish == null || finish.reason() != Token.FinishReason.STOP) {
            return tokens;
        }
        if (finish.stopString() == null) {
            return tokens.subList(0, tokens.size() - 1);
        }
        int left = text.getBytes(StandardCharsets.UTF_8).length;
        int shown = 0;
        while (left > 0 && shown < tokens.size()) {
            left -= bytesOf.apply(tokens.get(shown++).id()).length;
        }
        return tokens.subList(0, shown);
    }
}
