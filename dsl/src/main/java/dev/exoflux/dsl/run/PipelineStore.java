package dev.exoflux.dsl.run;

import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where deployed pipelines are kept, each as the YAML of one document by its name. Thread-safe. */
public interface PipelineStore {

    /** All of them now, and whenever something changes: the newest only, for slow readers. Completes when the store is closed. */
    Flux<Map<String, String>> all();

    /**
     * Keeps a pipeline, in place of one of the same name. Errors: PEER_LOST where a cluster did not confirm in time. On cancel it may be
     * kept or not.
     */
    Mono<Void> put(String name, String yaml);

    /** Keeps it no longer; nothing happens if there is none. Errors and cancel as in {@link #put}. */
    Mono<Void> remove(String name);
}
