package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.Comparator;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks several at once and gives the answer that a judging model likes best, of equals the earlier. Whole answers are compared,
 * so none begins before; each is judged as it is complete. Those that fail are not judged; when all have failed, the error of the
 * first in order is the answer's, and so is what the judge fails with. Cancel goes to all who still answer, and to the judge.
 *
 * @param voices at least one
 */
public record BestOf(List<Generator> voices, JudgingModel judge) implements Generator {

    public BestOf {
        voices = List.copyOf(voices);
    }

    /** @param likes 0 to 1; below 0 for one that failed */
    private record Judged(Outcome outcome, double likes) {}

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Outcome.of(voices, request)
                .flatMap(outcome -> judged(request, outcome), voices.size())
                .collectList()
                .map(BestOf::best)
                .flatMapIterable(Outcome::tokens);
    }

    private Mono<Judged> judged(GenerationRequest request, Outcome outcome) {
        return outcome.failure() == null
                ? judge.likes(request, outcome.text()).map(likes -> new Judged(outcome, likes))
                : Mono.just(new Judged(outcome, -1));
    }

    private static Outcome best(List<Judged> all) {
        Judged best = all.stream()
                .max(Comparator.comparingDouble(Judged::likes)
                        .thenComparingInt(judged -> -judged.outcome().voice()))
                .orElseThrow();
        if (best.outcome().failure() != null) {
            throw Ballot.firstFailure(all.stream().map(Judged::outcome).toList());
        }
        return best.outcome();
    }
}
