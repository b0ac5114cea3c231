package dev.exoflux.pipeline;

import reactor.core.publisher.Flux;

/**
 * The rings of one model, one after the other: each is a placement of its stages. Made by whoever knows where the stages are;
 * the entry's batcher is the one subscriber at a time, and answers on the newest ring it was given.
 *
 * <p>When a ring is lost, this need not do anything: the batcher lays it again, in case that only a connection broke, and takes
 * the next ring as soon as there is one. Answers that were under way are computed again and go on; see {@link
 * PipelineSettings#ringPatience} for how long they wait.
 *
 * <p>The meshes stay the source's own: the batcher subscribes to {@link Mesh#ring} and cancels, and never closes one. A mesh may
 * be closed when another has been given and the subscription to it has ended.
 */
@FunctionalInterface
public interface Rings {

    /**
     * The ring of the placement in force, at once or when it answers; then each one that takes its place. The number of stages
     * may differ.
     *
     * <p>A ring given while the one before it works is a planned move: the batches that travel come home, then every sequence
     * goes on where it was on the new one.
     *
     * <p>Error: no ring can be had, and why. All answers end in it at once, those that wait as well; the next request subscribes
     * again. An {@link dev.exoflux.model.ExofluxException}: MODEL_NOT_FOUND, INSUFFICIENT_MEMORY, NO_PEERS, NOT_CONNECTED and so
     * on. Completion: no ring will take the place of the last. Signals may come from any thread, one after the other, and are
     * never held up. Cancelled when the batcher shuts down.
     */
    Flux<Mesh> inForce();

    /** One ring for ever, such as one within this process. */
    static Rings of(Mesh mesh) {
        return () -> Flux.just(mesh);
    }
}
