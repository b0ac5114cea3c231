package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.membership.Newest;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.mesh.wire.RSocketMesh;
import dev.exoflux.mesh.wire.Ring;
import dev.exoflux.pipeline.Mesh;
import dev.exoflux.pipeline.Rings;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.placement.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The rings of a model whose first part is here: one for each placement, as soon as all its parts are loaded, and another one when
 * a peer is reached by another address. Told of changes by one thread.
 */
final class PlacedRings implements Rings {

    private final HopEndpoint endpoint;
    private final Shards shards;
    private final Runnable lost;
    private final Newest<Offer> newest = new Newest<>(new Offer(null, null));

    /**
     * What was laid last.
     *
     * @param ring null before the first
     */
    private record Offer(@Nullable Ring ring, @Nullable Mesh mesh) {}

    /** @param lost called when a ring is: a peer may be gone, or only the way to it */
    PlacedRings(HopEndpoint endpoint, Shards shards, Runnable lost) {
        this.endpoint = endpoint;
        this.shards = shards;
        this.lost = lost;
    }

    @Override
    public Flux<Mesh> inForce() {
        return newest.flux().mapNotNull(Offer::mesh);
    }

    /** Offers the ring of a decision, where it can be laid and is not the one offered last. */
    void apply(Decision decision, ClusterView view) {
        if (!view.isReady(decision)) {
            return;
        }
        ring(decision, view.topology())
                .filter(ring -> !ring.equals(newest.get().ring()))
                .ifPresent(ring -> newest.set(new Offer(ring, mesh(decision, ring))));
    }

    private Mesh mesh(Decision decision, Ring ring) {
        return new Watched(new RSocketMesh(endpoint, ring, () -> shards.cacheBytes(decision.model()), () -> {}), lost);
    }

    /** A ring of whose loss somebody is told. */
    private record Watched(Mesh mesh, Runnable lost) implements Mesh {

        @Override
        public int stages() {
            return mesh.stages();
        }

        @Override
        public long cacheBytes() {
            return mesh.cacheBytes();
        }

        @Override
        public Flux<StageMessage> ring(Flux<StageMessage> entry) {
            return mesh.ring(entry).doOnError(cause -> lost.run());
        }

        @Override
        public void close() {
            mesh.close();
        }
    }

    /** Empty where a part is not loaded, or its peer takes no streams yet. */
    private Optional<Ring> ring(Decision decision, Topology topology) {
        List<Decision.Part> parts = decision.parts();
        String head = decision.head();
        Stage first = shards.stage(decision.model(), decision.epoch(), 0);
        Optional<PeerAddress> entry =
                Addresses.of(topology, parts.get(Math.min(1, parts.size() - 1)).peer(), head);
        if (first == null || entry.isEmpty()) {
            return Optional.empty();
        }
        List<Ring.Stop> stops = new ArrayList<>();
        stops.add(new Ring.Here(first));
        for (int i = 1; i < parts.size(); i++) {
            // the peer after it asks for its stream, and behind the last one the head does
            String asking = i + 1 < parts.size() ? parts.get(i + 1).peer() : head;
            Optional<PeerAddress> address =
                    Addresses.of(topology, asking, parts.get(i).peer());
            if (address.isEmpty()) {
                return Optional.empty();
            }
            stops.add(new Ring.There(address.get()));
        }
        return Optional.of(new Ring(decision.model(), decision.epoch(), entry.get(), stops));
    }

    void close() {
        newest.complete();
    }
}
