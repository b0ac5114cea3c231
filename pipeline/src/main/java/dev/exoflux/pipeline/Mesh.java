package dev.exoflux.pipeline;

import reactor.core.publisher.Flux;

/**
 * Where the stages of one model are and the hops between them are laid, as its entry sees it: a ring that starts and ends
 * with the {@link Batcher}.
 */
public interface Mesh extends AutoCloseable {

    /** Stages on the ring, and so how many batches have to travel at once for none of them to idle. */
    int stages();

    /** Bytes that the caches of all sequences take at present, over the stages in this process. */
    long cacheBytes();

    /**
     * What the tail sends home for what the entry sends out. Subscribing pulls the whole ring awake; demand travels against
     * the stream through every stage, each of which holds a bounded number of messages.
     *
     * <p>One subscription at a time; each starts with no sequence open. Cancel, error and completion of {@code entry} end
     * every stage's part in it and free the caches of all sequences, on the stages' own threads. The loss of a stage is an
     * error; then the ring may be subscribed to again.
     */
    Flux<StageMessage> ring(Flux<StageMessage> entry);

    /** Ends the stages and waits for their threads; nobody may be subscribed any more. */
    @Override
    void close();
}
