package dev.exoflux.mesh.cluster;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.placement.Constraints;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Planner;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.Topology;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is to become of a deployed model, given who is there. Pure: the same view has the same answer.
 *
 * <p>A placement stays as long as its peers do: whoever joins changes nothing for those that answer. When a peer is lost, is about
 * to leave or could not load its part, the model is placed as it was asked for on the others, then, if there are not as many, on
 * whoever is left.
 */
final class PlacementRule {

    /** Answers that get memory for a whole context where nobody says how many; the most that fit are promised. */
    private static final int[] CONCURRENCIES = {16, 8, 4, 2, 1};

    /** Answers one after the other are not worth less than this share of the speed for more of them at once. */
    private static final double AS_FAST = 0.99;

    private PlacementRule() {}

    /**
     * A plan and what it promises.
     *
     * @param relaxed whether it is less than what was asked for
     */
    record Plan(Placement placement, int context, int concurrency, boolean relaxed) {}

    /** The decision that takes the place of the one in force; empty where that stays. */
    static Optional<Decision> next(Order order, ModelCards.Card card, ClusterView view, long now) {
        Decision current = view.decisions().get(order.deployment().model());
        boolean answered = current != null && current.asked().equals(order);
        SortedSet<String> failed = current != null && answered ? failed(current, view) : Collections.emptySortedSet();
        if (current != null && answered && current.isPlaced() && stands(current, view, failed)) {
            return Optional.empty();
        }
        long epoch = Math.max(now, current == null ? 0 : current.epoch() + 1);
        try {
            Plan plan = plan(order.deployment(), card, view, failed);
            Decision placed = Decision.placed(order, epoch, plan, card, failed);
            return Optional.of(current != null && unchanged(current, placed, view) ? current.answering(order) : placed);
        } catch (ExofluxException nowhere) {
            if (current != null && answered && current.isPlaced() && present(current, view.topology())) {
                return Optional.empty(); // a peer that is leaving, or could not load it: there is no other for its part
            }
            String code = nowhere.code().name();
            boolean known = current != null && answered && current.code().equals(code);
            return known
                    ? Optional.empty()
                    : Optional.of(Decision.waiting(order, epoch, code, String.valueOf(nowhere.getMessage())));
        }
    }

    /** Whether a decision would have peers load anew what they hold and serve. */
    private static boolean unchanged(Decision current, Decision next, ClusterView view) {
        return current.parts().equals(next.parts())
                && current.context() == next.context()
                && current.concurrency() == next.concurrency()
                && stands(current, view, failed(current, view));
    }

    /** Whether nothing has happened to the peers of a decision. */
    private static boolean stands(Decision decision, ClusterView view, SortedSet<String> failed) {
        return failed.equals(decision.failed())
                && !isOutrun(decision, view)
                && decision.parts().stream()
                        .allMatch(part -> view.topology()
                                .peer(part.peer())
                                .filter(peer -> !peer.leaving())
                                .isPresent());
    }

    /** Whether peers have followed a later one: two halves decided, and the earlier decision was the one that was kept. */
    private static boolean isOutrun(Decision decision, ClusterView view) {
        return view.topology().peers().stream()
                .flatMap(peer -> peer.shard(decision.model()).stream())
                .anyMatch(shard -> shard.epoch() > decision.epoch());
    }

    private static boolean present(Decision decision, Topology topology) {
        return decision.parts().stream()
                .allMatch(part -> topology.peer(part.peer()).isPresent());
    }

    private static SortedSet<String> failed(Decision decision, ClusterView view) {
        SortedSet<String> failed = new TreeSet<>(decision.failed());
        for (Decision.Part part : decision.parts()) {
            view.held(decision, part)
                    .filter(shard -> shard.state() == HeldShard.State.FAILED)
                    .ifPresent(shard -> failed.add(part.peer()));
        }
        return failed;
    }

    /**
     * Where a model goes now, as it was asked for or, where that cannot be because peers are missing, as it can.
     *
     * @throws ExofluxException as {@link Planner#plan}, in the words of what was asked for
     */
    static Plan plan(Deployment asked, ModelCards.Card card, ClusterView view, Set<String> failed) {
        try {
            return exact(asked, card, view, failed);
        } catch (ExofluxException e) {
            boolean bound =
                    asked.stages() > 0 || asked.minPeers() > 0 || !asked.peers().isEmpty();
            boolean first = failed.isEmpty() && view.decision(asked.model()).isEmpty();
            if (!bound || first) {
                throw e; // nothing was lost: this is what the user has to know
            }
            try {
                Plan plan = exact(asked.onAnyNumber(), card, view, failed);
                return new Plan(plan.placement(), plan.context(), plan.concurrency(), true);
            } catch (ExofluxException alsoNot) {
                throw e;
            }
        }
    }

    /**
     * Where a model goes now, as it is asked for.
     *
     * @throws ExofluxException as {@link Planner#plan}; UNSUPPORTED for a tensor group, INVALID_REQUEST for a context that the model
     *     was not made for
     */
    static Plan exact(Deployment asked, ModelCards.Card card, ClusterView view, Set<String> failed) {
        int context = context(asked, card);
        requireSomebody(asked, view.topology());
        Topology topology = FreeMemory.forModel(asked.model(), view);
        ExofluxException none = null;
        Plan best = null;
        for (int concurrency : asked.concurrency() > 0 ? new int[] {asked.concurrency()} : CONCURRENCIES) {
            try {
                Placement placement = Planner.plan(
                        card.footprint(), topology, constraints(asked, card, context, concurrency, view, failed));
                if (best == null
                        || placement.tokensPerSecond() * AS_FAST
                                > best.placement().tokensPerSecond()) {
                    best = new Plan(placement, context, concurrency, false);
                }
            } catch (ExofluxException e) {
                none = e;
            }
        }
        if (best == null) {
            throw none == null ? new IllegalStateException("nothing was planned for " + asked) : none;
        }
        return best;
    }

    private static int context(Deployment asked, ModelCards.Card card) {
        if (asked.context() > card.context()) {
            throw ExofluxException.invalid(
                    "context",
                    "context is %d; %s was made for at most %d.\nMaybe leave it out."
                            .formatted(asked.context(), asked.model(), card.context()));
        }
        return asked.context() > 0 ? asked.context() : Math.min(card.context(), PipelineSettings.DEFAULT_CONTEXT);
    }

    private static Constraints constraints(
            Deployment asked,
            ModelCards.Card card,
            int context,
            int concurrency,
            ClusterView view,
            Set<String> failed) {
        Set<String> excluded = new TreeSet<>(failed);
        view.topology().peers().stream()
                .filter(peer -> peer.leaving() || hasAnother(peer, card) || !mayRunOn(peer, asked))
                .map(PeerInfo::id)
                .forEach(excluded::add);
        return Constraints.builder()
                .strategy(asked.strategy() == Strategy.AUTO ? Strategy.PIPELINE : asked.strategy())
                .stages(asked.stages())
                .minPeers(asked.minPeers())
                .peers(ids(asked.peers(), view.topology()))
                .excludedPeers(excluded)
                .context(context)
                .concurrency(concurrency)
                .build();
    }

    private static void requireSomebody(Deployment asked, Topology topology) {
        if (topology.peers().stream().noneMatch(peer -> mayRunOn(peer, asked))) {
            throw new ExofluxException(
                    ErrorCode.NO_PEERS,
                    "%s may run on %s only, and nobody of that name or label is there.\nMaybe start that peer again, or deploy the model elsewhere."
                            .formatted(asked.model(), String.join(", ", asked.on())));
        }
    }

    private static boolean mayRunOn(PeerInfo peer, Deployment asked) {
        return asked.on().isEmpty()
                || asked.on().stream().anyMatch(word -> peer.id().equals(word) || peer.isCalled(word));
    }

    /** Whether what a peer has under the model's name is another checkpoint. */
    private static boolean hasAnother(PeerInfo peer, ModelCards.Card card) {
        return peer.models().stream()
                .filter(held -> held.id().equals(card.footprint().id()))
                .anyMatch(held -> ModelFiles.differ(held.fingerprint(), card.fingerprint()));
    }

    /** Ids of peers that are named by id, name or label. */
    private static List<String> ids(List<String> words, Topology topology) {
        List<String> ids = words.stream()
                .flatMap(word -> topology.called(word).stream())
                .map(PeerInfo::id)
                .distinct()
                .toList();
        words.stream()
                .filter(word -> topology.called(word).isEmpty())
                .findFirst()
                .ifPresent(word -> {
                    throw new ExofluxException(ErrorCode.NO_PEERS, unknown(word, topology));
                });
        return ids;
    }

    private static String unknown(String word, Topology topology) {
        String names = topology.peers().stream().map(PeerInfo::name).distinct().collect(Collectors.joining(", "));
        String labels = topology.peers().stream()
                .flatMap(peer -> peer.labels().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return labels.isEmpty()
                ? "There is no peer %s.\nMaybe one of %s.".formatted(word, names)
                : "There is no peer %s, and none with that label.\nMaybe one of %s, or of the labels %s."
                        .formatted(word, names, labels);
    }

    /** @throws ExofluxException INVALID_REQUEST about {@code field} if one of these is no peer's id, name or label */
    static void requireKnown(String field, List<String> words, Topology topology) {
        for (String word : words) {
            if (topology.called(word).isEmpty()) {
                throw ExofluxException.invalid(field, unknown(word, topology));
            }
        }
    }
}
