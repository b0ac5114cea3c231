package dev.exoflux.pipeline;

import reactor.core.publisher.Flux;

/**
 * A range of layers seen as a stream. Owns the caches of the sequences that pass through it.
 *
 * <p>Every peer runs the same sentence: {@code hop.receive().transform(stage::process)}, published for whoever is next.
 */
public interface Stage {

    /**
     * Turns each inbound message into one outbound message, in order, on the stage's compute thread.
     *
     * <p>Demand is passed through one to one. On cancel or error of {@code inbound} the caches of all open sequences are
     * freed on the compute thread. A step that fails becomes a {@link StageMessage.Failed}, not an error.
     */
    Flux<StageMessage> process(Flux<StageMessage> inbound);
}
