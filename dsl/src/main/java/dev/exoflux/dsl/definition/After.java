package dev.exoflux.dsl.definition;

import dev.exoflux.pipeline.Token;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/** A stage of one's own after the model. */
public sealed interface After {

    /** By the name of its bean. */
    record Bean(String name) implements After {

        public Bean {
            Bounds.bean("after", name);
        }
    }

    /** In Java. Cannot be written to a file; may be called on any thread, and must not block. */
    record Operator(Function<Flux<Token>, Flux<Token>> change) implements After {}
}
