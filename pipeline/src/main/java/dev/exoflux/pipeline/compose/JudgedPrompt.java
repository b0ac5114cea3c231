package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import reactor.core.publisher.Mono;

/** A model says yes to the prompt. */
record JudgedPrompt(String name, JudgingModel judge) implements Rule {

    @Override
    public Mono<Boolean> allows(GenerationRequest request) {
        return judge.likes(request, null).map(JudgingModel::yes);
    }
}
