package dev.exoflux.pipeline;

import java.util.Map;
import reactor.core.publisher.Mono;

/** A process that serves models, alone or with others, from its start to its end. Thread-safe. */
public interface ServingPeer extends Generator, ServedModels, AutoCloseable {

    /** Starts to bring in what it serves, and returns at once. To be called once. */
    void load();

    /**
     * Completes once every model of {@link #own} answers, or ends in the first failure after all have been tried; at once where
     * that is past. SHUTTING_DOWN where the peer was closed before. Cancel changes nothing. Told on a worker thread, where the
     * peer may be closed.
     */
    Mono<Void> loaded();

    /** What the batchers that are here are at, by model; those of models that are not loaded, or elsewhere, are missing. */
    Map<String, BatcherMetrics> batchers();

    /** Refuses new requests, lets answers finish within a grace, and frees everything. Blocks for as long. */
    @Override
    void close();
}
