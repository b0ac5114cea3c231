package dev.exoflux.mesh.wire;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Ending;
import dev.exoflux.pipeline.Hop;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.StageMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * The edges that begin at this peer: of the stages it hosts for others, and of the rings it is the entry of. Each has one
 * subscriber at a time. Thread-safe.
 */
final class Edges {

    private final StageHost host;
    private final Function<EdgeRequest, Hop> hops;
    private final Map<EdgeRequest, Flux<StageMessage>> published = new ConcurrentHashMap<>();
    private final Map<Edge, Subscription> subscriptions = new ConcurrentHashMap<>();

    private record Edge(String ring, int stage) {}

    /** Who is subscribed to an edge; another one for each subscription. */
    private record Subscription(EdgeRequest request, Ending ending) {

        boolean before(EdgeRequest other) {
            // whose epoch differs from that of the stage here was turned away before: it is this one that is left over
            return request.epoch() != other.epoch() || request.opening() < other.opening();
        }
    }

    /** @param hops lays the edge that a hosted stage is fed by */
    Edges(StageHost host, Function<EdgeRequest, Hop> hops) {
        this.host = host;
        this.hops = hops;
    }

    /** Answers {@code request} with {@code messages} until disposed of, when its subscriber gets an error. */
    Disposable publish(EdgeRequest request, Flux<StageMessage> messages) {
        published.put(request, messages);
        return () -> {
            published.remove(request);
            Subscription subscription = subscriptions.get(edge(request));
            if (subscription != null && subscription.request().equals(request)) {
                subscription.ending().fail(gone(request, "its entry has let go of it"));
            }
        };
    }

    /**
     * The stream that is asked for. Subscribing wakes the stage: it subscribes to its own upstream. Ends in RING_UNKNOWN for a
     * stage that is not here, and for a subscription that is not newer than the one that is served; an older one is ended for
     * its sake.
     */
    Flux<StageMessage> stream(EdgeRequest request) {
        return Flux.defer(() -> {
            Flux<StageMessage> source = source(request);
            Subscription mine = new Subscription(request, new Ending());
            Edge edge = edge(request);
            Subscription serving = subscriptions.compute(edge, (key, before) -> later(before, mine));
            if (!serving.equals(mine)) {
                return Flux.error(gone(request, "it has a subscriber already"));
            }
            return mine.ending().of(source).doFinally(end -> subscriptions.remove(edge, mine));
        });
    }

    private static Subscription later(@Nullable Subscription before, Subscription next) {
        if (before == null) {
            return next;
        }
        if (!before.before(next.request())) {
            return before;
        }
        before.ending().fail(gone(before.request(), "its entry has opened it anew"));
        return next;
    }

    private Flux<StageMessage> source(EdgeRequest request) {
        Flux<StageMessage> own = published.get(request);
        if (own != null) {
            return own;
        }
        Stage stage = request.stage() < 0 ? null : host.stage(request.ring(), request.epoch(), request.stage());
        if (stage == null) {
            throw gone(request, "it is not here, or no longer, at epoch " + request.epoch());
        }
        return hops.apply(request.upstream()).receive().transform(stage::process);
    }

    /** Ends all subscriptions. */
    void close() {
        ExofluxException closing = new ExofluxException(ErrorCode.SHUTTING_DOWN, "The peer is shutting down.");
        published.clear();
        subscriptions.values().forEach(subscription -> subscription.ending().fail(closing));
    }

    private static Edge edge(EdgeRequest request) {
        return new Edge(request.ring(), request.stage());
    }

    private static ExofluxException gone(EdgeRequest request, String why) {
        String help = "Maybe the model has been placed anew: try again in a moment.";
        return new ExofluxException(ErrorCode.RING_UNKNOWN, "No stream from %s: %s.\n%s".formatted(request, why, help));
    }
}
