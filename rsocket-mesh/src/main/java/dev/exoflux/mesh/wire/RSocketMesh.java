package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.Mesh;
import dev.exoflux.pipeline.StageMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/**
 * A ring of stages on several peers, as its entry sees it. The entry subscribes to the tail, which subscribes to the peer before
 * it, and so on, until the peer with the first stage subscribes to what the entry sends out: one subscription pulls the whole
 * ring awake, and a token makes one crossing for each peer. Stages that follow one another in the entry cost no crossing.
 */
public final class RSocketMesh implements Mesh {

    private final HopEndpoint endpoint;
    private final Ring ring;
    private final LongSupplier localCacheBytes;
    private final Runnable closeStages;
    private final AtomicLong openings;

    /**
     * @param endpoint of the entry; must outlive the mesh
     * @param localCacheBytes of the ring's stages in the entry
     * @param closeStages ends these; called once, when the mesh is closed
     */
    public RSocketMesh(HopEndpoint endpoint, Ring ring, LongSupplier localCacheBytes, Runnable closeStages) {
        this.endpoint = endpoint;
        this.ring = ring;
        this.localCacheBytes = localCacheBytes;
        this.closeStages = closeStages;
        // an entry that was restarted has to be ahead of what its peers may still serve to the one before
        this.openings = new AtomicLong(System.currentTimeMillis() << 16);
    }

    @Override
    public int stages() {
        return ring.stops().size();
    }

    @Override
    public long cacheBytes() {
        return localCacheBytes.getAsLong();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The error of a lost ring is an {@link dev.exoflux.model.ExofluxException}: PEER_LOST, RING_UNKNOWN, PROTOCOL, or what a
     * peer was told by the one before it.
     */
    @Override
    public Flux<StageMessage> ring(Flux<StageMessage> entry) {
        return Flux.using(Disposables::composite, published -> lay(entry, published), Disposable.Composite::dispose);
    }

    private Flux<StageMessage> lay(Flux<StageMessage> entry, Disposable.Composite published) {
        long opening = openings.incrementAndGet();
        List<PeerAddress> route = new ArrayList<>();
        route.add(ring.entry());
        Flux<StageMessage> messages = entry;
        boolean here = true; // whether the messages come from this process
        for (Ring.Stop stop : ring.stops()) {
            EdgeRequest edge = new EdgeRequest(ring.id(), ring.epoch(), opening, route);
            switch (stop) {
                case Ring.Here(var stage) -> {
                    messages = (here ? messages : endpoint.hop(edge).receive()).transform(stage::process);
                    here = true;
                    route.add(ring.entry());
                }
                case Ring.There(var address) -> {
                    if (here) {
                        published.add(endpoint.publish(edge, messages));
                    }
                    here = false;
                    route.add(address);
                }
            }
        }
        return here ? messages : home(opening, route);
    }

    private Flux<StageMessage> home(long opening, List<PeerAddress> route) {
        return endpoint.hop(new EdgeRequest(ring.id(), ring.epoch(), opening, route))
                .receive();
    }

    @Override
    public void close() {
        closeStages.run();
    }
}
