package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import java.util.regex.Matcher;
import reactor.core.publisher.Mono;

/**
 * What a request may be like. Thread-safe, must not block.
 *
 * <p>The conditions here that have a pattern refuse one whose work has no reasonable bound with UNSUPPORTED, when they are made or,
 * where only a prompt shows it, when they are asked.
 */
@FunctionalInterface
public interface RouteCondition {

    /** Whether a request is so. Cancelled with the request; an error is the answer's. */
    Mono<Boolean> holds(GenerationRequest request);

    /** Its prompt has more characters (UTF-16) than this; one in token ids has none. */
    static RouteCondition promptCharactersAbove(int characters) {
        return request ->
                Mono.fromSupplier(() -> PromptText.of(request.prompt()).length() > characters);
    }

    /** Its prompt has more tokens than this. */
    static RouteCondition promptTokensAbove(int tokens, PromptTokens counted) {
        return request -> counted.of(request.prompt()).map(count -> count > tokens);
    }

    /** Its prompt holds a match; one in token ids does not. */
    static RouteCondition promptMatches(String pattern) {
        SearchPattern searched = SearchPattern.bounded("prompt-matches", pattern);
        return request -> Mono.fromSupplier(() -> searched.search(PromptText.of(request.prompt()), Matcher::find));
    }

    /**
     * It came with a hint, such as a header, whose value holds a match.
     *
     * @param name in any case
     */
    static RouteCondition hint(String name, String pattern) {
        SearchPattern searched = SearchPattern.bounded(name, pattern);
        return request -> Mono.fromSupplier(() -> {
            String value = request.hints().get(name);
            return value != null && searched.search(value, Matcher::find);
        });
    }

    /** A model's answer to a question about its prompt holds a match. */
    static RouteCondition answer(JudgingModel asked, String pattern) {
        SearchPattern searched = SearchPattern.bounded("answer", pattern);
        return request -> asked.says(request).map(answer -> searched.search(answer, Matcher::find));
    }
}
