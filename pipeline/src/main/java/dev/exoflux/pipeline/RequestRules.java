package dev.exoflux.pipeline;

import static dev.exoflux.model.ExofluxException.invalid;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.Set;

/**
 * What a request has to keep to before a sequence is made of it. Fields are named as the HTTP face spells them.
 *
 * @param contextLength most tokens of prompt and answer together
 * @param vocabularySize token ids the model knows
 * @param ends tokens that end an answer
 */
record RequestRules(int contextLength, int vocabularySize, Set<Integer> ends) {

    /**
     * The request in ids.
     *
     * @param prompt its prompt, encoded
     * @throws ExofluxException INVALID_REQUEST, CONTEXT_EXCEEDED
     */
    SequenceRequest apply(GenerationRequest request, int[] prompt) {
        String field = request.prompt() instanceof Prompt.Chat ? "messages" : "prompt";
        if (request.maxTokens() < (request.echo() ? 0 : 1)) {
            throw invalid("max_tokens", "max_tokens is %d; it has to be at least 1.".formatted(request.maxTokens()));
        }
        if (prompt.length == 0) {
            throw invalid(field, "The prompt is empty: there is nothing to go on from.");
        }
        for (int id : prompt) {
            checkId(field, "The prompt has", id);
        }
        int room = contextLength - prompt.length;
        if (room < Math.min(1, request.maxTokens())) {
            throw new ExofluxException(ErrorCode.CONTEXT_EXCEEDED, """
                            The prompt has %d tokens, which leaves no room for an answer in a context of %d.
                            Maybe shorten it, or start with a larger --context.""".formatted(prompt.length, contextLength))
                    .about(field);
        }
        return new SequenceRequest(
                        prompt,
                        request.sampling().requireVocabulary(vocabularySize),
                        Math.min(request.maxTokens(), room),
                        request.ignoreEos() ? Set.of() : ends,
                        request.echo())
                .speculating(request.speculation())
                .scheduled(request.scheduling());
    }

    /** @throws ExofluxException INVALID_REQUEST for ids that the model does not have, which a tokenizer would decode to nothing */
    void checkIds(int[] ids) {
        for (int id : ids) {
            checkId("tokens", "tokens has", id);
        }
    }

    private void checkId(String field, String what, int id) {
        if (id < 0 || id >= vocabularySize) {
            throw invalid(
                    field,
                    "%s token %d, but the model has the tokens 0 to %d.".formatted(what, id, vocabularySize - 1));
        }
    }
}
