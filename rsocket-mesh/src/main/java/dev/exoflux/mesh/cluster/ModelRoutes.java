package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.answers.RemoteAnswers;
import dev.exoflux.mesh.answers.Routes;
import dev.exoflux.mesh.membership.Newest;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Which peer has the batcher of a model, as it changes. Thread-safe. */
final class ModelRoutes implements Routes {

    private final String model;
    private final HopEndpoint endpoint;
    private final Heads heads;
    private final Newest<Way> newest = new Newest<>(new Way("", null, null, null));

    /**
     * How it is asked.
     *
     * @param head its peer; empty where there is none yet
     * @param address of that peer; null where it is this one
     * @param answers null where it cannot be asked yet
     * @param failure null unless it cannot be asked
     */
    private record Way(
            String head,
            @Nullable PeerAddress address,
            @Nullable Answers answers,
            @Nullable ExofluxException failure) {}

    ModelRoutes(String model, HopEndpoint endpoint, Heads heads) {
        this.model = model;
        this.endpoint = endpoint;
        this.heads = heads;
    }

    @Override
    public Flux<Answers> inForce() {
        return newest.flux().concatMap(way -> {
            if (way.failure() != null) {
                return Flux.error(way.failure());
            }
            Answers answers = way.answers();
            return answers == null ? Flux.empty() : Flux.just(answers);
        });
    }

    /** Follows what is decided. */
    synchronized void apply(ClusterView view) {
        Way now = newest.get();
        Decision decision = view.decisions().get(model);
        if (!view.orders().containsKey(model)) {
            if (!now.head().isEmpty()) {
                newest.set(failed(new ExofluxException(
                        ErrorCode.MODEL_NOT_FOUND, "%s was taken from the peers.".formatted(model))));
            }
            return;
        }
        PlacedModel placed = view.placement(model).orElseThrow();
        if (placed.state() == PlacedModel.State.FAILED) {
            fail(now, ErrorCode.NO_PEERS, placed.reason());
        } else if (decision == null) {
            newest.set(new Way("", null, null, null));
        } else if (!decision.isPlaced()) {
            fail(now, ErrorCode.valueOf(decision.code()), decision.reason());
        } else {
            follow(decision, view, now);
        }
    }

    private void fail(Way now, ErrorCode code, String reason) {
        if (now.failure() == null || !reason.equals(now.failure().getMessage())) {
            newest.set(failed(new ExofluxException(code, reason)));
        }
    }

    private static Way failed(ExofluxException failure) {
        return new Way("", null, null, failure);
    }

    private void follow(Decision decision, ClusterView view, Way now) {
        String head = decision.head();
        if (head.equals(view.self())) {
            if (!now.head().equals(head)) {
                newest.set(new Way(head, null, this::here, null));
            }
            return;
        }
        Optional<PeerAddress> address = Addresses.of(view.topology(), view.self(), head);
        if (address.isPresent() && !(now.head().equals(head) && address.get().equals(now.address()))) {
            PeerAddress there = address.get();
            newest.set(new Way(head, there, new RemoteAnswers(endpoint, there, model), null));
        }
    }

    private Flux<SequenceToken> here(SequenceRequest request) {
        Answers answers = heads.answers(model);
        return answers == null
                ? Flux.error(new ExofluxException(
                        ErrorCode.RING_UNKNOWN, "%s has just moved to another peer.".formatted(model)))
                : answers.open(request);
    }

    void close() {
        newest.complete();
    }
}
