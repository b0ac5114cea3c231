package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.WeightPlaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** One pull: waits for the lock, asks holders, fetches the description of the model, then the weights. For one use. */
final class Pull {

    private static final Logger LOG = LoggerFactory.getLogger(WeightPuller.class);

    private static final int ASKED_AT_ONCE = 16;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private final PullOrder order;
    private final HopEndpoint endpoint;
    private final ModelLibrary library;
    private final PullSettings settings;
    private final FreeSpace freeSpace;
    private final Path directory;
    private final PullLock lock;
    private final Losses losses;
    private final AtomicBoolean finished = new AtomicBoolean();
    private volatile @Nullable PullTarget target;

    /** Bytes that can still be written where a directory is. */
    interface FreeSpace {
        long bytes(Path directory) throws IOException;
    }

    Pull(PullOrder order, HopEndpoint endpoint, ModelLibrary library, PullSettings settings, FreeSpace freeSpace) {
        this.order = order;
        this.endpoint = endpoint;
        this.library = library;
        this.settings = settings;
        this.freeSpace = freeSpace;
        this.directory = library.own(order.model());
        this.lock = new PullLock(directory);
        this.losses = new Losses(order.model());
    }

    /** What {@link WeightPuller#pull} gives. */
    Mono<ModelDirectory> run() {
        return locked().then(
                        waiting(() -> library.here(order).orElse(null))) // perhaps the pull we waited for brought it
                .switchIfEmpty(Mono.defer(() -> holders()
                        .flatMap(this::open)
                        .flatMap(transfer -> describe(transfer).then(weights(transfer)))
                        .then(waiting(this::finish))));
    }

    private static <T> Mono<T> waiting(Callable<@Nullable T> work) {
        return Mono.<T>fromCallable(work).subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<Boolean> locked() {
        return waiting(lock::tryAcquire)
                .filter(Boolean::booleanValue)
                .repeatWhenEmpty(tries -> tries.delayElements(settings.idle()));
    }

    /** Those that have the checkpoint that is meant. */
    private Mono<List<Holder>> holders() {
        return Flux.fromIterable(order.holders())
                .distinct()
                .flatMapSequential(this::ask, ASKED_AT_ONCE)
                .collectList()
                .flatMap(all -> waiting(() -> ofOneCheckpoint(all)));
    }

    private Mono<Holder> ask(PeerAddress address) {
        return Holder.ask(endpoint, address, order.model())
                .timeout(ANSWER_WITHIN)
                .retry(1) // a connection from before may have broken
                .onErrorResume(failure -> {
                    losses.add(address, failure);
                    return Mono.empty();
                });
    }

    private List<Holder> ofOneCheckpoint(List<Holder> all) {
        if (all.isEmpty()) {
            throw losses.nobodyLeft("Nothing");
        }
        String meant = Optional.ofNullable(order.fingerprint())
                .or(() -> ModelInventory.partial(directory).map(ModelInventory::fingerprint))
                .orElseGet(() -> all.getFirst().inventory().fingerprint());
        for (Holder holder : all) {
            String its = holder.inventory().fingerprint();
            if (!its.equals(meant)) {
                losses.add(holder.address(), "it has checkpoint %s, not %s".formatted(its, meant));
            }
        }
        List<Holder> same = all.stream()
                .filter(holder -> holder.inventory().fingerprint().equals(meant))
                .toList();
        if (same.isEmpty()) {
            throw new ExofluxException(ErrorCode.MODEL_INVALID, """
                    No other peer has checkpoint %s of %s, but %s has checkpoint %s.
                    Maybe remove %s, so that it is fetched anew.""".formatted(
                            meant,
                            order.model(),
                            all.getFirst(),
                            all.getFirst().inventory().fingerprint(),
                            directory));
        }
        return same;
    }

    private Mono<Transfer> open(List<Holder> holders) {
        return waiting(() -> {
            ModelInventory wanted = holders.getFirst().inventory();
            PullTarget opened = PullTarget.open(directory, wanted, settings.saveEvery());
            target = opened;
            return new Transfer(holders, opened, settings, losses);
        });
    }

    /** Everything but weights. */
    private Mono<Void> describe(Transfer transfer) {
        return Mono.defer(() -> {
            Map<String, ByteRanges> wanted = description();
            Consumer<PullProgress> progress = order.shard() == null ? order.progress() : early -> {};
            return transfer.fetch(wanted, new PullCounter(wanted, target(), progress)::arrived)
                    .then(waiting(() -> {
                        check();
                        return null;
                    }));
        });
    }

    private Map<String, ByteRanges> description() {
        Map<String, ByteRanges> description = new HashMap<>();
        target().inventory().files().forEach(file -> description.put(file.name(), file.description()));
        return description;
    }

    private void check() throws IOException {
        PullTarget here = target();
        here.save();
        try {
            here.inventory().check(directory);
        } catch (ExofluxException e) {
            here.forget(); // what came from several holders is not of one piece
            throw e;
        }
    }

    private Mono<Void> weights(Transfer transfer) {
        Shard shard = order.shard();
        if (shard == null) {
            return Mono.empty();
        }
        return waiting(() -> places(shard)).flatMap(wanted -> {
            return transfer.fetch(wanted, new PullCounter(wanted, target(), order.progress())::arrived);
        });
    }

    /** The shard's weights, and the description with them. */
    private Map<String, ByteRanges> places(Shard shard) throws IOException {
        ModelDirectory model = ModelDirectory.open(order.model(), directory);
        if (shard.modelLayers() != model.config().layers()) {
            throw new ExofluxException(
                    ErrorCode.MODEL_INVALID,
                    "%s has %d layers, not %d"
                            .formatted(order.model(), model.config().layers(), shard.modelLayers()));
        }
        Map<String, ByteRanges> wanted = description();
        WeightPlaces.of(model).of(shard).forEach((file, places) -> wanted.merge(file, places, ByteRanges::plus));
        Map<String, ByteRanges> missing = target().missing(wanted);
        long needed = missing.values().stream().mapToLong(ByteRanges::bytes).sum();
        long free = freeSpace.bytes(directory);
        if (needed > free) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION, """
                    The weights of %s need %d bytes in %s, where %d are free.
                    Maybe free some, or set EXOFLUX_HOME to a directory on a larger disk.""".formatted(order.model(), needed, directory, free));
        }
        LOG.info("{} bytes of {} are fetched into {}", needed, order.model(), directory);
        return wanted;
    }

    private ModelDirectory finish() throws IOException {
        target().finish();
        finished.set(true);
        return ModelDirectory.open(order.model(), directory);
    }

    private PullTarget target() {
        PullTarget opened = target;
        if (opened == null) {
            throw new IllegalStateException("nothing is pulled into " + directory);
        }
        return opened;
    }

    /** Writes down what has come, and lets others pull. */
    Mono<Void> close() {
        return waiting(() -> {
            try (lock) {
                PullTarget opened = target;
                if (opened != null && !finished.get()) {
                    opened.close();
                }
            } catch (IOException e) {
                LOG.warn("What has come of {} cannot be written down: {}", order.model(), e.toString());
            }
            return null;
        });
    }
}
