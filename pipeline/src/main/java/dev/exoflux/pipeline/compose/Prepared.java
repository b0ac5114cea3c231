package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A stage of one's own before the model. Cancel goes to whichever of the two is at work; what the stage fails with is the answer's
 * error, and one that completes empty makes an empty answer.
 *
 * @param change called for each subscription, on any thread; must not block
 */
public record Prepared(Generator answering, Function<GenerationRequest, Mono<GenerationRequest>> change)
        implements Generator {

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Mono.defer(() -> change.apply(request)).flatMapMany(answering::generate);
    }
}
