package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks several at once and gives what most of them say, case, spacing and a full stop aside; where as many say one thing as
 * another, what the earlier of them says. Once more than half agree the others are cancelled. Whole answers are compared, so
 * none begins before. Those that fail have no vote; when all have failed, the error of the first in order is the answer's.
 * Cancel goes to all who still answer.
 *
 * @param voices at least one
 */
public record VoteOf(List<Generator> voices) implements Generator {

    public VoteOf {
        voices = List.copyOf(voices);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> {
            Ballot ballot = new Ballot(voices.size());
            return Outcome.of(voices, request)
                    .takeUntil(ballot::decidedWith)
                    .then(Mono.fromCallable(ballot::winner))
                    .flatMapIterable(Outcome::tokens);
        });
    }
}
