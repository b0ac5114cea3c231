package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks several at once and gives all their answers in one, each under its name. They are given in order; while one is, those after
 * it are computed a few tokens ahead of the demand and then wait. The place of one that fails says so; when all have failed, the
 * error of the first that did is the answer's. Names and failures are {@linkplain Token#notice notices}, and the last token adds up
 * how each has ended. Cancel goes to all who still answer.
 *
 * @param voices at least one
 */
public record AllOf(List<Voice> voices) implements Generator {

    /** Tokens that a voice may be ahead of its turn. */
    private static final int AHEAD = 16;

    /** Whoever answers under a name. */
    public record Voice(String name, Generator generator) {}

    public AllOf {
        voices = List.copyOf(voices);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> {
            Ends ends = new Ends();
            return Flux.range(0, voices.size())
                    .flatMapSequential(voice -> part(voice, request, ends), voices.size(), AHEAD)
                    .concatWith(Mono.fromCallable(ends::together));
        });
    }

    private Flux<Token> part(int index, GenerationRequest request, Ends ends) {
        Voice voice = voices.get(index);
        String heading = (index == 0 ? "" : "\n\n") + voice.name + ":\n";
        return Flux.just(Token.notice(heading))
                .concatWith(voice.generator
                        .generate(request)
                        .map(ends::open)
                        .onErrorResume(e -> Flux.just(Token.notice(ends.failed(e)))));
    }
}
