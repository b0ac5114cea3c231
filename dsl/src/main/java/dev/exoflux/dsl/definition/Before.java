package dev.exoflux.dsl.definition;

import dev.exoflux.pipeline.GenerationRequest;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A stage of one's own before the model. */
public sealed interface Before {

    /** By the name of its bean. */
    record Bean(String name) implements Before {

        public Bean {
            Bounds.bean("before", name);
        }
    }

    /** In Java. Cannot be written to a file; may be called on any thread, and must not block. */
    record Operator(Function<GenerationRequest, Mono<GenerationRequest>> change) implements Before {}
}
