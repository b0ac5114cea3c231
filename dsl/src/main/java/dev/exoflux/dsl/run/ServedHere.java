package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.ServedModels;
import reactor.core.publisher.Mono;

/** Places nothing: models run where their peer, which is alone, runs them. */
public record ServedHere(ServedModels models) implements Placer {

    /** Errors: MODEL_NOT_FOUND for a model that is not served, INVALID_CONFIGURATION for peers that are not there. */
    @Override
    public Mono<Void> place(PlacedModel model) {
        return Mono.fromRunnable(() -> {
            models.require(model.model());
            if (model.stages() > 1 || !model.on().isEmpty()) {
                throw new ExofluxException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "%s is to run on several peers, or on certain ones, and this peer is alone.\nMaybe start it without --alone, or leave out stages and on."
                                .formatted(model.model()));
            }
        });
    }
}
