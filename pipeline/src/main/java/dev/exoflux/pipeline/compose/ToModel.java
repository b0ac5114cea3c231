package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import reactor.core.publisher.Flux;

/**
 * Asks one model, whichever the request names.
 *
 * @param generator who has it answer
 * @param model its id
 */
public record ToModel(Generator generator, String model) implements Generator {

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return generator.generate(request.withModel(model));
    }
}
