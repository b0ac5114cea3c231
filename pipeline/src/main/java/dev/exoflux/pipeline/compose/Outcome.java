package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What became of one of several voices.
 *
 * @param voice its index
 * @param tokens its whole answer, empty if it failed
 * @param failure or null
 */
record Outcome(int voice, List<Token> tokens, @Nullable Throwable failure) {

    /** Tokens asked for at a time: a whole answer is wanted, but a voice is never told to run as fast as it can. */
    private static final int AT_A_TIME = 16;

    /** Of all voices, each as it ends. Cancel goes to those that still answer. */
    static Flux<Outcome> of(List<Generator> voices, GenerationRequest request) {
        return Flux.range(0, voices.size())
                .flatMap(voice -> of(voice, voices.get(voice).generate(request)), voices.size(), 1);
    }

    private static Mono<Outcome> of(int voice, Flux<Token> answer) {
        return answer.limitRate(AT_A_TIME)
                .collectList()
                .map(tokens -> new Outcome(voice, tokens, null))
                .onErrorResume(e -> Mono.just(new Outcome(voice, List.of(), e)));
    }

    /** What it says, without an echoed prompt. */
    String text() {
        return tokens.stream().filter(token -> !token.prompt()).map(Token::text).collect(Collectors.joining());
    }
}
