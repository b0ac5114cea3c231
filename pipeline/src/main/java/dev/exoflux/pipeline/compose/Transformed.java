package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * A stage of one's own after the model. Demand, cancel and errors pass as the stage lets them.
 *
 * @param change called for each subscription, on any thread; must not block, and has to keep the last token's finish
 */
public record Transformed(Generator answering, Function<Flux<Token>, Flux<Token>> change) implements Generator {

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return answering.generate(request).transformDeferred(change);
    }
}
