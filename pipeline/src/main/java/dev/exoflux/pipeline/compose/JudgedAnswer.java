package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import reactor.core.publisher.Mono;

/** A model says yes to the answer. */
record JudgedAnswer(String name, JudgingModel judge) implements Rule {

    @Override
    public Mono<Boolean> allows(GenerationRequest request, String answer) {
        return judge.likes(request, answer).map(JudgingModel::yes);
    }
}
