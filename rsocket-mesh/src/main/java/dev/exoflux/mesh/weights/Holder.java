package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelFile;
import dev.exoflux.model.weights.ModelInventory;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A peer that has a model or a part of it, and what it says it has. */
final class Holder {

    /** Frames of a piece that may be on their way. */
    private static final int FRAMES_AHEAD = 4;

    private final HopEndpoint endpoint;
    private final PeerAddress address;
    private final String model;
    private final ModelInventory inventory;

    private Holder(HopEndpoint endpoint, PeerAddress address, String model, ModelInventory inventory) {
        this.endpoint = endpoint;
        this.address = address;
        this.model = model;
        this.inventory = inventory;
    }

    /** Asks a peer what it has. Errors are those of {@link HopEndpoint#request}; nothing is discarded. */
    static Mono<Holder> ask(HopEndpoint endpoint, PeerAddress address, String model) {
        return endpoint.request(
                        address, StreamKind.WEIGHTS, new WeightRequest.Describe(model).encode(), InventoryCodec::decode)
                .next()
                .map(inventory -> new Holder(endpoint, address, model, inventory));
    }

    PeerAddress address() {
        return address;
    }

    ModelInventory inventory() {
        return inventory;
    }

    /** Which bytes of that very file it has. */
    ByteRanges offers(ModelFile file) {
        return inventory
                .file(file.name())
                .filter(its -> its.with(file.here()).equals(file))
                .map(ModelFile::here)
                .orElse(ByteRanges.NONE);
    }

    /**
     * Fetches a piece, and gives it to {@code store} on a worker thread when it has been checked; completes after that. On cancel
     * the peer stops sending. Errors are those of {@link HopEndpoint#request} and of {@code store}, and PROTOCOL for a piece
     * that is not what its hash says. Whatever happens, its buffers are freed.
     */
    Mono<Void> fetch(Piece piece, Consumer<ReceivedPiece> store) {
        byte[] request = new WeightRequest.Read(model, inventory.fingerprint(), piece.file(), piece.range()).encode();
        return Mono.using(
                () -> new ReceivedPiece(piece),
                received -> endpoint.request(address, StreamKind.WEIGHTS, request, received::add)
                        .publishOn(Schedulers.boundedElastic(), FRAMES_AHEAD)
                        .doOnNext(number -> received.use(() -> received.read(number)))
                        .then(Mono.fromRunnable(() -> received.use(() -> {
                            received.check();
                            store.accept(received);
                        }))),
                ReceivedPiece::close);
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
