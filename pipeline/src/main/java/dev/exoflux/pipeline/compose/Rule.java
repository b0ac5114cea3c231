package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import reactor.core.publisher.Mono;

/**
 * Something that answers have to keep to. Thread-safe; overrides what it has a say in.
 *
 * <p>What any method throws or fails with means that the rule can no longer be decided: see {@link Validated.OnLoss}.
 */
public interface Rule {

    /** What a client is told when it is broken. */
    String name();

    /** Reads along with one answer: decides by its text alone, at once. */
    default Watch watch() {
        return (answer, complete) -> Watch.Sight.clear(answer.length());
    }

    /**
     * Whether the prompt keeps to it. Decided beside generation: its first tokens may be sent before. Must not block; cancelled
     * with the answer.
     */
    default Mono<Boolean> allows(GenerationRequest request) {
        return Mono.just(true);
    }

    /** Whether the whole answer keeps to it: the last token waits for that. Must not block; cancelled with the answer. */
    default Mono<Boolean> allows(GenerationRequest request, String answer) {
        return Mono.just(true);
    }
}
