package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Fetches what this peer lacks of a model from peers that have it. Thread-safe. */
public final class WeightPuller {

    private final HopEndpoint endpoint;
    private final ModelLibrary library;
    private final PullSettings settings;
    private final Pull.FreeSpace freeSpace;

    public WeightPuller(HopEndpoint endpoint, ModelLibrary library) {
        this(
                endpoint,
                library,
                PullSettings.DEFAULTS,
                place -> Files.getFileStore(place).getUsableSpace());
    }

    WeightPuller(HopEndpoint endpoint, ModelLibrary library, PullSettings settings, Pull.FreeSpace freeSpace) {
        this.endpoint = endpoint;
        this.library = library;
        this.settings = settings;
        this.freeSpace = freeSpace;
    }

    /** {@link #pull(String, String, Shard, List, Consumer)} of whichever checkpoint of that name is here or there. */
    public Mono<ModelDirectory> pull(
            String model, @Nullable Shard shard, List<PeerAddress> holders, Consumer<PullProgress> progress) {
        return pull(model, null, shard, holders, progress);
    }

    /**
     * A model's directory, when all that the shard is loaded from is here. What is here already is not fetched again; of two
     * pulls of one model the second waits for the first.
     *
     * <p>On cancel the peers stop sending; what has arrived stays, and the next pull goes on from there, as it does after an
     * error or the end of the process. Errors are {@link ExofluxException}s: PEER_LOST with what became of each holder when none
     * is left that has what is missing, MODEL_INVALID if what is here is another checkpoint than theirs or the one asked for,
     * INVALID_CONFIGURATION if the disk is full or cannot be written. Nothing is discarded.
     *
     * @param model its name
     * @param fingerprint which checkpoint of that name is meant, as {@link ModelLibrary#fingerprint} has it; null for any
     * @param shard null for everything but weights: configuration, tokenizer, headers
     * @param holders peers that say they have the model or a part of it
     * @param progress told how far it has come, by one thread at a time, which it must not keep waiting
     */
    public Mono<ModelDirectory> pull(
            String model,
            @Nullable String fingerprint,
            @Nullable Shard shard,
            List<PeerAddress> holders,
            Consumer<PullProgress> progress) {
        PullOrder order = new PullOrder(model, fingerprint, shard, holders, progress);
        return Mono.<ModelDirectory>fromCallable(() -> library.here(order).orElse(null))
                .subscribeOn(Schedulers.boundedElastic())
                .switchIfEmpty(Mono.usingWhen(
                        Mono.fromSupplier(() -> new Pull(order, endpoint, library, settings, freeSpace)),
                        Pull::run,
                        Pull::close,
                        (pull, failure) -> pull.close(),
                        Pull::close))
                .onErrorMap(IOException.class, e -> unwritable(order, e))
                .onErrorMap(UncheckedIOException.class, e -> unwritable(order, e));
    }

    private ExofluxException unwritable(PullOrder order, Exception failure) {
        return new ExofluxException(
                ErrorCode.INVALID_CONFIGURATION,
                "%s cannot be written to %s: %s.\nMaybe the disk is full, or the directory belongs to somebody else."
                        .formatted(order.model(), library.own(order.model()), failure.getMessage()),
                failure);
    }
}
