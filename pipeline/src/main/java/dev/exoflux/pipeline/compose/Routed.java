package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Hands each request to one of several. Conditions are asked one after another, none after the first that holds; one that fails
 * fails the request. Cancel goes to the condition that is being asked, or to whoever answers.
 *
 * @param otherwise who answers where no condition holds
 */
public record Routed(List<Route> routes, Generator otherwise) implements Generator {

    public Routed {
        routes = List.copyOf(routes);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.fromIterable(routes)
                .concatMap(route ->
                        route.condition().holds(request).filter(holds -> holds).map(holds -> route.to()))
                .next()
                .defaultIfEmpty(otherwise)
                .flatMapMany(answering -> answering.generate(request));
    }
}
