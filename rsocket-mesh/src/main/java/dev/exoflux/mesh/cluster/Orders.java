package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.membership.ClusterState;
import dev.exoflux.mesh.membership.Newest;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Strategy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Orders as this peer takes them: checked against what it sees, then put into the cluster's state. Thread-safe. */
final class Orders {

    /** Within which the coordinator has decided, where there is one. */
    private static final Duration DECIDING = Duration.ofSeconds(10);

    private final ClusterState state;
    private final ModelCards cards;
    private final Newest<ClusterView> views;
    private final String self;

    Orders(ClusterState state, ModelCards cards, Newest<ClusterView> views, String self) {
        this.state = state;
        this.cards = cards;
        this.views = views;
        this.self = self;
    }

    /** As {@link Cluster#plan}. */
    Mono<Placement> plan(Deployment deployment) {
        return cards.card(deployment.model())
                .flatMap(card -> Mono.fromCallable(() -> {
                            ClusterView view = views.get();
                            PlacementRule.requireKnown("peers", deployment.peers(), view.topology());
                            PlacementRule.requireKnown("on", deployment.on(), view.topology());
                            return PlacementRule.exact(deployment, card, view, Set.of())
                                    .placement();
                        })
                        .subscribeOn(Schedulers.parallel()));
    }

    /** As {@link Cluster#deploy}. */
    Mono<PlacedModel> deploy(Deployment deployment, String by) {
        if (deployment.strategy() == Strategy.TENSOR) {
            return Mono.error(new ExofluxException(
                    ErrorCode.UNSUPPORTED,
                    "Tensor groups are planned, and cannot be run yet.\nMaybe deploy %s with strategy pipeline, or plan it with --dry-run."
                            .formatted(deployment.model())));
        }
        return plan(deployment).then(Mono.defer(() -> order(deployment, by)));
    }

    private Mono<PlacedModel> order(Deployment deployment, String by) {
        Order order = new Order(deployment, System.currentTimeMillis(), by);
        String model = deployment.model();
        return state.put(Records.orderKey(model), Records.text(order))
                .then(await(
                        model,
                        view -> view.decision(model)
                                .filter(decision -> decision.asked().asked() >= order.asked())
                                .isPresent()))
                .flatMap(view -> Mono.justOrEmpty(view.placement(model)));
    }

    private Mono<ClusterView> await(String model, Predicate<ClusterView> until) {
        return views.flux()
                .filter(until)
                .next()
                .timeout(DECIDING)
                .onErrorMap(
                        TimeoutException.class,
                        late -> new ExofluxException(
                                ErrorCode.PEER_LOST,
                                "The coordinator has not decided on %s within %d seconds.\nMaybe try again: peers may be joining or leaving just now."
                                        .formatted(model, DECIDING.toSeconds()),
                                late));
    }

    /** As {@link Cluster#undeploy}. */
    Mono<Void> undeploy(String model) {
        return Mono.defer(() -> {
            if (!views.get().orders().containsKey(model)) {
                return Mono.error(new ExofluxException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "%s is not deployed.\nMaybe `exoflux placements` lists what is.".formatted(model)));
            }
            return state.remove(Records.orderKey(model))
                    .then(await(
                            model,
                            view -> !view.orders().containsKey(model)
                                    && view.decision(model).isEmpty()))
                    .then();
        });
    }

    /** As {@link Cluster#keepPipeline}. */
    Mono<Void> keepPipeline(String name, String text) {
        return state.put(Records.pipelineKey(name), text).then();
    }

    /** As {@link Cluster#forgetPipeline}. */
    Mono<Void> forgetPipeline(String name) {
        return state.remove(Records.pipelineKey(name)).then();
    }

    /** Completes once a model is deployed; deploys it where it is not. */
    Mono<Void> ensured(String model) {
        return Mono.defer(() -> views.get().orders().containsKey(model)
                ? Mono.empty()
                : deploy(Deployment.of(model), self).then());
    }

    /**
     * Deploys a model that this peer was started with, unless it is deployed, by somebody else or just so.
     */
    Mono<Void> own(Deployment deployment) {
        return state.caughtUp().flatMap(now -> {
            Order order = Records.orders(now.values()).get(deployment.model());
            boolean stays = order != null
                    && (!order.by().equals(self) || order.deployment().equals(deployment));
            return stays ? Mono.empty() : order(deployment, self).then();
        });
    }

    /** Takes back what this peer ordered of its own accord before, but for these models. */
    Mono<Void> forget(Set<String> but) {
        return Flux.fromIterable(views.get().orders().values())
                .filter(order -> order.by().equals(self)
                        && !but.contains(order.deployment().model()))
                .concatMap(order ->
                        state.remove(Records.orderKey(order.deployment().model())))
                .then();
    }
}
