package dev.exoflux.mesh.cluster;

import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.LayerFootprint;
import dev.exoflux.pipeline.placement.ModelFootprint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What is known of models before they are placed; read once each. Thread-safe. */
final class ModelCards {

    /**
     * What placing a model has to know.
     *
     * @param context positions it was made for
     * @param fingerprint of the checkpoint that this is about
     */
    record Card(ModelFootprint footprint, int context, String fingerprint) {

        /** Bytes of a cache over all layers, for each position. */
        long positionBytes() {
            return footprint.layers().stream()
                    .mapToLong(LayerFootprint::kvBytesPerToken)
                    .sum();
        }
    }

    private final ModelFiles files;
    private final int cacheElementBytes;
    private final Map<String, Card> known = new ConcurrentHashMap<>();

    /** @param cacheElementBytes of a key or value in this peer's caches */
    ModelCards(ModelFiles files, int cacheElementBytes) {
        this.files = files;
        this.cacheElementBytes = cacheElementBytes;
    }

    /** A model's card, from this peer's disk or another's. Errors as {@link ModelFiles#text}. */
    Mono<Card> card(String model) {
        return Mono.defer(() -> {
            Card card = known.get(model);
            return card != null ? Mono.just(card) : files.text(model, "").flatMap(this::read);
        });
    }

    private Mono<Card> read(ModelDirectory directory) {
        return Mono.fromCallable(() -> new Card(
                        ModelFootprint.of(directory, cacheElementBytes),
                        directory.config().contextLength(),
                        files.fingerprint(directory.id())))
                .doOnNext(card -> known.put(directory.id(), card))
                .subscribeOn(Schedulers.boundedElastic());
    }
}
