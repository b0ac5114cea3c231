package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.membership.ClusterState;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Has decisions follow orders and peers, at the coordinator; idle at every other peer. Confined to the cluster's thread, to which
 * what is planned and confirmed elsewhere comes back.
 */
final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /** A peer that is not there for so long is lost: when halves meet, its report comes a moment after the view. */
    private static final long GONE_MILLIS = 200;

    /** Before it is said of a model that it has no place: whoever is cut off misses the others one after the other. */
    private static final Duration LOOKING_AROUND = Duration.ofSeconds(2);

    /** A peer that has just started waits for those it does not see yet before it places anew what is on them. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private final ClusterState state;
    private final Function<String, Mono<ModelCards.Card>> cards;
    private final Scheduler thread;
    private final Clock clock;
    private final long started;
    private final Vanished vanished;

    /** Since when a model that was placed has had no place. */
    private final Map<String, Long> homeless = new HashMap<>();

    private final Set<String> busy = new HashSet<>();
    private final Map<String, Long> missing = new HashMap<>();

    /** What was decided here and has not come back with a view yet. */
    private final Map<String, Decision> decided = new HashMap<>();

    private ClusterView view;
    private boolean looksAgain;

    /**
     * @param cards what placing a model has to know; errors as {@link ModelCards#card}
     * @param thread the cluster's one thread
     */
    Reconciler(
            ClusterState state,
            Function<String, Mono<ModelCards.Card>> cards,
            Scheduler thread,
            Clock clock,
            ClusterView view) {
        this.state = state;
        this.cards = cards;
        this.thread = thread;
        this.clock = clock;
        this.started = clock.millis();
        this.vanished = new Vanished(clock);
        this.view = view;
    }

    /** Acts on what is known now; called for each change, and from time to time. */
    void act(ClusterView newest) {
        vanished.seen(newest.topology());
        decided.values()
                .removeIf(decision -> newest.decisions().containsKey(decision.model())
                        && newest.decisions().get(decision.model()).epoch() >= decision.epoch());
        decided.keySet().retainAll(newest.orders().keySet());
        view = newest.with(decided);
        if (!view.coordinates()) {
            missing.clear();
            homeless.clear();
            return;
        }
        note();
        Set<String> models = new TreeSet<>(view.orders().keySet());
        models.addAll(view.decisions().keySet());
        models.forEach(this::act);
    }

    /** Who of those that hold something is not there, and since when. */
    private void note() {
        long now = clock.millis();
        Set<String> absent = new HashSet<>();
        for (Decision decision : view.decisions().values()) {
            decision.parts().stream()
                    .map(Decision.Part::peer)
                    .filter(peer -> view.topology().peer(peer).isEmpty())
                    .forEach(absent::add);
        }
        missing.keySet().retainAll(absent);
        absent.forEach(peer -> missing.putIfAbsent(peer, now));
    }

    /** Whether it is still too early to say that a peer of this decision is lost. */
    private boolean unsure(Decision decision) {
        long now = clock.millis();
        boolean settling = now - started < SETTLING.toMillis();
        return decision.parts().stream()
                .map(part -> missing.get(part.peer()))
                .anyMatch(since -> since != null && (settling || now - since < GONE_MILLIS));
    }

    private void lookAgain() {
        if (!looksAgain) {
            looksAgain = true;
            thread.schedule(
                    () -> {
                        looksAgain = false;
                        act(view);
                    },
                    GONE_MILLIS / 2,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void act(String model) {
        Decision current = view.decisions().get(model);
        if (current != null && unsure(current)) {
            lookAgain();
            return;
        }
        if (!busy.add(model)) {
            return;
        }
        ClusterView seen = view;
        // the edge: nobody waits for what the coordinator does of its own accord
        change(model, seen)
                .onErrorResume(failure -> {
                    LOG.warn("The placement of {} could not be changed: {}", model, failure.getMessage());
                    return Mono.empty();
                })
                .publishOn(thread)
                .doFinally(end -> done(model, seen))
                .subscribe();
    }

    private void done(String model, ClusterView seen) {
        busy.remove(model);
        view = view.with(decided);
        if (!view.equals(seen) && view.coordinates()) {
            act(model);
        }
    }

    private Mono<?> change(String model, ClusterView seen) {
        Order order = seen.orders().get(model);
        if (order == null) {
            return state.remove(Records.decisionKey(model));
        }
        boolean placed = seen.decision(model).filter(Decision::isPlaced).isPresent();
        return cards.apply(model)
                .flatMap(card -> Mono.fromCallable(() -> PlacementRule.next(order, card, seen, clock.millis()))
                        .subscribeOn(Schedulers.parallel()))
                .onErrorResume(ExofluxException.class, unknown -> Mono.just(waiting(order, seen, unknown)))
                .publishOn(thread)
                .doOnNext(next -> forgetWaiting(model, next))
                .flatMap(Mono::justOrEmpty)
                .filterWhen(next -> isDue(next, placed, seen))
                .publishOn(thread)
                .doOnNext(next -> tell(next, seen))
                .flatMap(next -> state.put(Records.decisionKey(model), Records.text(next))
                        .publishOn(thread)
                        .doOnNext(version -> decided.put(model, next)));
    }

    /** Whoever was missed and came back leaves nothing to wait for: the next time counts from its own beginning. */
    private void forgetWaiting(String model, Optional<Decision> next) {
        if (next.isEmpty()) {
            homeless.remove(model);
        }
    }

    /** Whether it is time to say so: of those that are missing, some may come back. */
    private Mono<Boolean> isDue(Decision next, boolean placed, ClusterView seen) {
        if (next.isPlaced() || !placed) {
            homeless.remove(next.model());
            return Mono.just(true);
        }
        return vanished.haveEnded()
                .publishOn(thread)
                .map(ended -> (ended && view.equals(seen) && isMeasured(seen.topology())) || hasWaited(next.model()));
    }

    /** Whether every way between those that are there is known: one that is not may belong to somebody who has just come. */
    private static boolean isMeasured(Topology topology) {
        List<String> ids = topology.peers().stream().map(PeerInfo::id).toList();
        return ids.stream()
                .allMatch(from -> ids.stream()
                        .allMatch(to ->
                                from.equals(to) || !topology.links(from, to).isEmpty()));
    }

    private boolean hasWaited(String model) {
        long since = homeless.computeIfAbsent(model, its -> clock.millis());
        Duration patience = vanished.areHalf() ? Vanished.PATIENCE : LOOKING_AROUND;
        if (clock.millis() - since < patience.toMillis()) {
            lookAgain();
            return false;
        }
        homeless.remove(model);
        return true;
    }

    /** Where nobody who is there has the model. */
    private Optional<Decision> waiting(Order order, ClusterView seen, ExofluxException why) {
        Decision current = seen.decisions().get(order.deployment().model());
        if (current != null && current.asked().equals(order)) {
            return Optional.empty();
        }
        long epoch = Math.max(clock.millis(), current == null ? 0 : current.epoch() + 1);
        return Optional.of(Decision.waiting(order, epoch, why.code().name(), String.valueOf(why.getMessage())));
    }

    private static void tell(Decision decision, ClusterView seen) {
        if (decision.isPlaced()) {
            LOG.info(
                    "{} goes to {}",
                    decision.model(),
                    decision.parts().stream()
                            .map(part -> "%s (layers %d to %d)"
                                    .formatted(name(part.peer(), seen), part.from(), part.to() - 1))
                            .collect(Collectors.joining(", ")));
        } else {
            LOG.warn("{} waits: {}", decision.model(), decision.reason());
        }
    }

    private static String name(String peer, ClusterView seen) {
        return seen.topology().peer(peer).map(PeerInfo::name).orElse(peer);
    }
}
