package dev.exoflux.mesh.cluster;

import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Where a deployed model goes, as the coordinator decided and every peer knows it; or that it can go nowhere, and why.
 *
 * @param asked the order this answers
 * @param epoch rises with each placement of the model, also over its removal
 * @param parts in the order activations pass them; empty while it waits
 * @param context positions promised to each answer
 * @param concurrency answers of that length promised memory at once
 * @param positionBytes of a cache over all layers, for each position
 * @param fingerprint of the checkpoint: others of the same name are not to be mixed with it
 * @param relaxed whether it is on other peers, or on fewer or more of them, than was asked for, since those are not there
 * @param failed peers that could not load their part; they are not tried again for this order
 * @param code of why it waits, a name of {@link dev.exoflux.model.ErrorCode}; empty while it is placed
 * @param reason why it waits; empty while it is placed
 */
record Decision(
        Order asked,
        long epoch,
        Strategy strategy,
        List<Part> parts,
        int context,
        int concurrency,
        long positionBytes,
        String fingerprint,
        boolean relaxed,
        SortedSet<String> failed,
        String code,
        String reason) {

    /** One peer's part. */
    record Part(String peer, int from, int to, long memoryBytes) {

        LayerRange layers() {
            return new LayerRange(from, to);
        }
    }

    /** Whatever is missing was written by a peer that knew less: it is decided anew. */
    Decision {
        Objects.requireNonNull(asked, "asked");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
        parts = List.copyOf(parts);
        failed = new TreeSet<>(failed);
    }

    static Decision placed(
            Order asked, long epoch, PlacementRule.Plan plan, ModelCards.Card card, SortedSet<String> failed) {
        return new Decision(
                asked,
                epoch,
                plan.placement().strategy(),
                parts(plan.placement()),
                plan.context(),
                plan.concurrency(),
                card.positionBytes(),
                card.fingerprint(),
                plan.relaxed(),
                failed,
                "",
                "");
    }

    static Decision waiting(Order asked, long epoch, String code, String reason) {
        Strategy strategy = asked.deployment().strategy();
        return new Decision(
                asked,
                epoch,
                strategy,
                List.of(),
                asked.deployment().context(),
                asked.deployment().concurrency(),
                0,
                "",
                false,
                new TreeSet<>(),
                code,
                reason);
    }

    private static List<Part> parts(Placement placement) {
        return placement.shards().stream()
                .map(shard -> new Part(
                        shard.peer(), shard.layers().from(), shard.layers().to(), shard.memoryBytes()))
                .toList();
    }

    String model() {
        return asked.deployment().model();
    }

    boolean isPlaced() {
        return !parts.isEmpty();
    }

    /** Decoder layers of the model; 0 while it waits. */
    int layers() {
        return parts.isEmpty() ? 0 : parts.getLast().to();
    }

    /** The peer with the first part, which has the batcher; empty while it waits. */
    String head() {
        return parts.isEmpty() ? "" : parts.getFirst().peer();
    }

    /** The number of a peer's part in the ring. */
    Optional<Integer> stage(String peer) {
        return IntStream.range(0, parts.size())
                .filter(stage -> parts.get(stage).peer().equals(peer))
                .boxed()
                .findFirst();
    }

    /** The same for another order that it answers as well. */
    Decision answering(Order order) {
        return new Decision(
                order,
                epoch,
                strategy,
                parts,
                context,
                concurrency,
                positionBytes,
                fingerprint,
                relaxed,
                failed,
                code,
                reason);
    }
}
