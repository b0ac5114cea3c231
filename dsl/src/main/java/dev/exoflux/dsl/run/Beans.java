package dev.exoflux.dsl.run;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Token;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stages of an application's own by the names that files give them. Thread-safe; each gives null where there is no such bean. */
public interface Beans {

    /** None at all. */
    Beans NONE = new Beans() {};

    /** A stage before the model. */
    default @Nullable Function<GenerationRequest, Mono<GenerationRequest>> before(String name) {
        return null;
    }

    /** A stage after the model. */
    default @Nullable Function<Flux<Token>, Flux<Token>> after(String name) {
        return null;
    }

    /** Whether an answer so far keeps to a rule. */
    default @Nullable Predicate<String> check(String name) {
        return null;
    }

    /** What was found for {@code key}. */
    static <T> T require(@Nullable T bean, String key, String name) {
        if (bean == null) {
            throw ExofluxException.invalid(key, """
                    There is no bean %s for %s here.
                    Maybe define it in the Spring application that embeds exoflux.""".formatted(name, key));
        }
        return bean;
    }
}
