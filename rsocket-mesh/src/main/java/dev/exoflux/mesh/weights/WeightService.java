package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.StreamService;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ByteRange;
import dev.exoflux.model.weights.ModelFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Gives other peers the files of the models in this peer's library: descriptions of models, and ranges of their files. Only
 * files that a description names can be had, and only bytes of them that are here.
 *
 * <p>Thread-safe; disks are waited for on worker threads, and read as far ahead as a peer asks for.
 */
public final class WeightService implements StreamService {

    /** Ranges that a connection reads at once. */
    private static final int MAX_RANGES = 16;

    private final ModelLibrary library;
    private final AtomicInteger reading = new AtomicInteger();

    public WeightService(ModelLibrary library) {
        this.library = library;
    }

    @Override
    public WeightService forConnection() {
        return new WeightService(library);
    }

    @Override
    public Flux<ByteBuf> serve(ByteBuf request) {
        return switch (WeightRequest.decode(request)) {
            case WeightRequest.Describe describe -> describe(describe.model());
            case WeightRequest.Read read -> counted(read).subscribeOn(Schedulers.boundedElastic());
        };
    }

    private Flux<ByteBuf> describe(String model) {
        return Mono.fromCallable(() -> InventoryCodec.encode(stored(model).inventory()))
                .subscribeOn(Schedulers.boundedElastic())
                .map(Unpooled::wrappedBuffer)
                .flux();
    }

    private Flux<ByteBuf> counted(WeightRequest.Read read) {
        return Flux.defer(() -> {
            if (reading.incrementAndGet() > MAX_RANGES) {
                reading.decrementAndGet();
                return Flux.error(new ExofluxException(
                        ErrorCode.OVERLOADED,
                        "More than %d ranges are read over one connection".formatted(MAX_RANGES)));
            }
            return Flux.defer(() -> range(read)).doFinally(end -> reading.decrementAndGet());
        });
    }

    private Flux<ByteBuf> range(WeightRequest.Read read) {
        StoredModel model = stored(read.model());
        if (!model.inventory().fingerprint().equals(read.fingerprint())) {
            throw new ExofluxException(
                    ErrorCode.MODEL_INVALID,
                    "%s is another checkpoint here, %s, than the one asked for, %s"
                            .formatted(read.model(), model.inventory().fingerprint(), read.fingerprint()));
        }
        ModelFile file = model.inventory()
                .file(read.file())
                .filter(its -> holds(its, read.range()))
                .orElseThrow(() -> new ExofluxException(
                        ErrorCode.MODEL_INVALID,
                        "Bytes %d to %d of that file of %s are not here"
                                .formatted(read.range().from(), read.range().to(), read.model())));
        return RangeReader.frames(model.directory().path().resolve(file.name()), read.range())
                .onErrorMap(
                        IOException.class,
                        e -> new ExofluxException(
                                ErrorCode.MODEL_INVALID,
                                "%s of %s cannot be read: %s".formatted(file.name(), read.model(), e.getMessage()),
                                e));
    }

    private static boolean holds(ModelFile file, ByteRange range) {
        return file.here().contains(range.from(), range.to());
    }

    private StoredModel stored(String model) {
        return library.stored(model)
                .orElseThrow(() -> new ExofluxException(
                        ErrorCode.MODEL_NOT_FOUND, "This peer does not have the model that is asked for"));
    }
}
