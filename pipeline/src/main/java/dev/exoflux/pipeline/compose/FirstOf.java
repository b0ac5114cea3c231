package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.NoSuchElementException;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/**
 * Asks several at once and gives the answer of whoever has the first token; the others are cancelled with it. Those that fail
 * before are out of the race; when all have failed, the error of the first in order is the answer's. The demand goes to all
 * until then. Cancel goes to all who still answer.
 *
 * @param voices at least one
 */
public record FirstOf(List<Generator> voices) implements Generator {

    public FirstOf {
        voices = List.copyOf(voices);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.firstWithValue(
                        voices.stream().map(voice -> voice.generate(request)).toList())
                .onErrorMap(NoSuchElementException.class, FirstOf::firstCause);
    }

    private static Throwable firstCause(Throwable nobody) {
        Throwable all = nobody.getCause();
        return all == null ? nobody : Exceptions.unwrapMultiple(all).getFirst();
    }
}
