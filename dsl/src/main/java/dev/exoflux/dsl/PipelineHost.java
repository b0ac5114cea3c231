package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.pipeline.Generator;
import reactor.core.publisher.Mono;

/** Where pipelines run: a peer, or a test. Thread-safe. */
@FunctionalInterface
public interface PipelineHost {

    /**
     * Deploys a pipeline, once for each subscription, in place of one of the same name.
     *
     * @return who answers in its name, once it can be asked. Errors: INVALID_REQUEST for names that are not there or lead back to
     *     it, MODEL_NOT_FOUND, and what placing its models may fail with; then nothing is deployed. Cancel before the answer
     *     leaves what was deployed before
     */
    Mono<Generator> deploy(PipelineDefinition pipeline);
}
