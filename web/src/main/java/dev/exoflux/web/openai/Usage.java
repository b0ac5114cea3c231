package dev.exoflux.web.openai;

import dev.exoflux.pipeline.Token;

/** Tokens of a whole request: each prompt once, every answer. */
record Usage(int promptTokens, int completionTokens, int totalTokens) {

    static final Usage NONE = new Usage(0, 0, 0);

    /** With one more answer, where it ends. */
    Usage plus(Piece piece, int choices) {
        Token.Finish finish = piece.finish();
        if (finish == null) {
            return this;
        }
        int prompt = promptTokens + (piece.choice() % choices == 0 ? finish.promptTokens() : 0);
        int completion = completionTokens + finish.completionTokens();
        return new Usage(prompt, completion, prompt + completion);
    }
}
