package dev.exoflux.dsl.run;

import java.util.Map;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Keeps pipelines for as long as the process runs. */
public final class MemoryStore implements PipelineStore {

    private final Sinks.Many<Map<String, String>> changes =
            Sinks.many().replay().latestOrDefault(Map.of());
    private Map<String, String> kept = Map.of();

    @Override
    public Flux<Map<String, String>> all() {
        return changes.asFlux().onBackpressureLatest();
    }

    @Override
    public Mono<Void> put(String name, String yaml) {
        return Mono.fromRunnable(() -> change(name, yaml));
    }

    @Override
    public Mono<Void> remove(String name) {
        return Mono.fromRunnable(() -> change(name, ""));
    }

    private synchronized void change(String name, String yaml) {
        Map<String, String> changed = new TreeMap<>(kept);
        if (yaml.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, yaml);
        }
        kept = Map.copyOf(changed);
        changes.emitNext(kept, Sinks.EmitFailureHandler.FAIL_FAST);
    }
}
