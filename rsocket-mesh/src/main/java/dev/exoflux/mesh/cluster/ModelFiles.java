package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.weights.ModelLibrary;
import dev.exoflux.mesh.weights.WeightPuller;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The files of models: on this peer's disk, or fetched there from a peer that has them. Thread-safe. */
final class ModelFiles {

    private final ModelLibrary library;
    private final WeightPuller puller;
    private final Supplier<Topology> topology;

    ModelFiles(ModelLibrary library, WeightPuller puller, Supplier<Topology> topology) {
        this.library = library;
        this.puller = puller;
        this.topology = topology;
    }

    /**
     * What it takes to read and write a model's text and to place it, without its weights. On cancel nothing half done is in the
     * way. Errors: MODEL_NOT_FOUND where nobody has the model, MODEL_INVALID where this peer has another checkpoint of that name,
     * PEER_LOST, and what a damaged model gives.
     *
     * @param fingerprint of the checkpoint; empty for any
     */
    Mono<ModelDirectory> text(String model, String fingerprint) {
        return Mono.fromCallable(() -> here(model, fingerprint))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(found -> found.map(Mono::just).orElseGet(() -> pull(model, fingerprint, null, share -> {})));
    }

    /**
     * A model's files with the weights of one part, as {@link #text}.
     *
     * @param progress told from time to time which share of it is here, from 0 to 1
     */
    Mono<ModelDirectory> shard(String model, String fingerprint, Shard shard, DoubleConsumer progress) {
        return Mono.fromCallable(() -> here(model, fingerprint).filter(found -> library.holds(model, shard)))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(found -> found.map(Mono::just).orElseGet(() -> pull(model, fingerprint, shard, progress)));
    }

    private Optional<ModelDirectory> here(String model, String fingerprint) {
        if (differ(fingerprint(model), fingerprint)) {
            throw new ExofluxException(ErrorCode.MODEL_INVALID, """
                    %s on this peer is another checkpoint than the one that is deployed.
                    Maybe remove one of the two, and deploy it again.""".formatted(model));
        }
        return library.find(model);
    }

    /** Tells this peer's checkpoint of a model from others; empty where there is none. */
    String fingerprint(String model) {
        return library.fingerprint(model).orElse("");
    }

    /** Whether two fingerprints, where both are known, are of different checkpoints. */
    static boolean differ(String one, String other) {
        return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
    }

    private Mono<ModelDirectory> pull(
            String model, String fingerprint, @Nullable Shard shard, DoubleConsumer progress) {
        return Mono.defer(() -> {
            List<PeerAddress> holders = holders(model, fingerprint);
            if (holders.isEmpty()) {
                return Mono.error(notFound(model));
            }
            return puller.pull(
                    model,
                    fingerprint.isEmpty() ? null : fingerprint,
                    shard,
                    holders,
                    done -> progress.accept(
                            done.totalBytes() == 0 ? 1 : (double) done.doneBytes() / done.totalBytes()));
        });
    }

    /** Peers that have any of it, those that have all of it first. */
    private List<PeerAddress> holders(String model, String fingerprint) {
        Topology now = topology.get();
        return now.peers().stream()
                .filter(peer -> !peer.id().equals(now.self()) && has(peer, model, fingerprint))
                .sorted(Comparator.comparing((PeerInfo peer) -> !hasAll(peer, model)))
                .flatMap(peer -> Addresses.of(now, now.self(), peer.id()).stream())
                .toList();
    }

    private static boolean has(PeerInfo peer, String model, String fingerprint) {
        return peer.models().stream()
                .anyMatch(held -> held.id().equals(model) && !differ(held.fingerprint(), fingerprint));
    }

    private static boolean hasAll(PeerInfo peer, String model) {
        return peer.models().stream().anyMatch(held -> held.id().equals(model) && held.complete());
    }

    private static ExofluxException notFound(String model) {
        return new ExofluxException(ErrorCode.MODEL_NOT_FOUND, """
                There is no model %s on any peer that is here.
                Maybe fetch it on one of them with: hf download %s""".formatted(model, model));
    }

    /** What this peer has on its disk. May read directories. */
    List<HeldModel> held() {
        return library.held();
    }

    /** Whether anybody who is here has it. */
    boolean anywhere(String model) {
        return library.find(model).isPresent()
                || topology.get().peers().stream().anyMatch(peer -> has(peer, model, ""));
    }
}
