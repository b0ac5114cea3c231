package dev.exoflux.web.openai;

import dev.exoflux.pipeline.Token;

/** Tokens of a whole request: each prompt once, every answer. */
record Usage(int promptTokens, int completionTokens, int totalTokens, PromptTokensDetails promptTokensDetails) {

    static final Usage NONE = new Usage(0, 0, 0, new PromptTokensDetails(0));

    /**
     * More about the tokens of the prompts.
     *
     * @param cachedTokens those that did not have to be computed; of a prompt with several answers, for the first of them
     */
    record PromptTokensDetails(int cachedTokens) {}

    /** With one more answer, where it ends. */
    Usage plus(Piece piece, int choices) {
        Token.Finish finish = piece.finish();
        if (finish == null) {
            return this;
        }
        boolean first = piece.choice() % choices == 0;
        int prompt = promptTokens + (first ? finish.promptTokens() : 0);
        int cached = promptTokensDetails.cachedTokens() + (first ? finish.cachedTokens() : 0);
        int completion = completionTokens + finish.completionTokens();
        return new Usage(prompt, completion, prompt + completion, new PromptTokensDetails(cached));
    }
}
