package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.PlacedModel;
import reactor.core.publisher.Mono;

/** Who has models run where pipelines want them. Thread-safe. */
@FunctionalInterface
public interface Placer {

    /**
     * Completes once a model runs as is said, or is on its way to. Errors: what placing it fails with, and INVALID_CONFIGURATION where it
     * runs otherwise for another pipeline. Cancel stops the waiting.
     */
    Mono<Void> place(PlacedModel model);
}
