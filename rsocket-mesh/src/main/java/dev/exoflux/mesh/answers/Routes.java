package dev.exoflux.mesh.answers;

import dev.exoflux.pipeline.Answers;
import reactor.core.publisher.Flux;

/**
 * Where a model is answered for, as an entry knows it: one place after the other, each a batcher here or at another peer. Made by
 * whoever knows where models are; every answer subscribes by itself.
 */
@FunctionalInterface
public interface Routes {

    /**
     * The route in force, at once or when there is one; then each that takes its place. Routes to the same batcher have to be
     * equal: an answer that failed there waits a while before it tries that one again.
     *
     * <p>Error: the model cannot be answered for, and why: all answers end in it at once. An {@link
     * dev.exoflux.model.ExofluxException}: MODEL_NOT_FOUND, INSUFFICIENT_MEMORY, NO_PEERS and so on. Completion: no route will
     * take the place of the last. Signals may come from any thread, one after the other, and are never held up. Subscribed to
     * and cancelled several times by each answer.
     */
    Flux<Answers> inForce();
}
