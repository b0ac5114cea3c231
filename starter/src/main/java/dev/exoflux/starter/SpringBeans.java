package dev.exoflux.starter;

import dev.exoflux.dsl.run.Beans;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Token;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stages that a Spring application brings along: beans that are a {@link Function}, or a {@link Predicate} for a rule. */
record SpringBeans(BeanFactory beans) implements Beans {

    @Override
    @SuppressWarnings("unchecked") // what a bean is made for, its author says by naming it in a pipeline
    public @Nullable Function<GenerationRequest, Mono<GenerationRequest>> before(String name) {
        return (Function<GenerationRequest, Mono<GenerationRequest>>) find(name, Function.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Function<Flux<Token>, Flux<Token>> after(String name) {
        return (Function<Flux<Token>, Flux<Token>>) find(name, Function.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Predicate<String> check(String name) {
        return (Predicate<String>) find(name, Predicate.class);
    }

    private @Nullable Object find(String name, Class<?> type) {
        return beans.containsBean(name) && beans.isTypeMatch(name, type) ? beans.getBean(name) : null;
    }
}
