package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import reactor.core.publisher.Mono;

/** Counts the tokens of prompts. Thread-safe, does not block. */
@FunctionalInterface
public interface PromptTokens {

    /** How many it has. Cancel and errors as {@link ServedModel#encode(Prompt)}. */
    Mono<Integer> of(Prompt prompt);

    /** As a model has them. */
    static PromptTokens of(ServedModels models, String id) {
        return prompt -> Mono.defer(() -> models.require(id).prepared())
                .flatMap(model -> model.encode(prompt))
                .map(ids -> ids.length);
    }
}
