package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Proposers;
import dev.exoflux.pipeline.RingAnswers;
import dev.exoflux.pipeline.placement.PeerInfo;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The batchers of the models whose first part is here. Changed by the cluster's thread; asked by any.
 *
 * <p>When the first part of a model moves, its answers end here in SHUTTING_DOWN, and whoever asked goes on at the next head.
 */
final class Heads {

    /** The largest block of any backend. */
    private static final int MIXED_BLOCK = 256;

    private final HopEndpoint endpoint;
    private final Shards shards;
    private final PipelineSettings settings;
    private final int cacheBlock;
    private final Runnable lost;
    private final Function<String, Proposers> proposers;
    private final Map<String, Head> heads = new ConcurrentHashMap<>();

    /**
     * What a batcher goes by.
     *
     * @param whole answers as long as the context that there is memory for
     * @param block positions that memory is counted in
     */
    private record Terms(int context, int atOnce, int whole, int block) {}

    private record Head(Terms terms, PlacedRings rings, RingAnswers answers) {

        Mono<Void> end(Duration grace) {
            return answers.shutdown(grace).doFinally(end -> rings.close());
        }
    }

    /**
     * @param settings of every model, but for what a decision says
     * @param cacheBlock positions of a block of this peer's caches
     * @param lost called when a ring is lost
     * @param proposers for requests to a model that speculate
     */
    Heads(
            HopEndpoint endpoint,
            Shards shards,
            PipelineSettings settings,
            int cacheBlock,
            Runnable lost,
            Function<String, Proposers> proposers) {
        this.endpoint = endpoint;
        this.shards = shards;
        this.settings = settings;
        this.cacheBlock = cacheBlock;
        this.lost = lost;
        this.proposers = proposers;
    }

    /** Follows what is decided. */
    void apply(ClusterView view) {
        Set<String> here = new HashSet<>();
        for (Decision decision : view.decisions().values()) {
            if (decision.head().equals(view.self())) {
                here.add(decision.model());
                head(decision, view).rings().apply(decision, view);
            }
        }
        Set.copyOf(heads.keySet()).stream()
                .filter(model -> !here.contains(model))
                .forEach(this::end);
    }

    private Head head(Decision decision, ClusterView view) {
        Head head = heads.get(decision.model());
        int block =
                Math.max(block(decision, view), head == null ? 0 : head.terms().block());
        Terms terms = new Terms(decision.context(), atOnce(decision), decision.concurrency(), block);
        if (head != null && head.terms().equals(terms)) {
            return head;
        }
        end(decision.model());
        PlacedRings rings = new PlacedRings(endpoint, shards, lost);
        PipelineSettings its = settings.promising(terms.context(), terms.atOnce());
        RingAnswers answers = RingAnswers.of(
                rings, its, terms.whole(), decision.positionBytes(), terms.block(), proposers.apply(decision.model()));
        Head next = new Head(terms, rings, answers);
        heads.put(decision.model(), next);
        return next;
    }

    /** Answers that run at once: as many as were asked for, or else as many as anywhere, which share what memory there is. */
    private int atOnce(Decision decision) {
        int asked = decision.asked().deployment().concurrency();
        return asked > 0 ? asked : settings.maxConcurrency();
    }

    /** What caches here take at a time, or the most that any do where the peers of a ring do not compute alike. */
    private int block(Decision decision, ClusterView view) {
        Set<List<String>> kinds = new HashSet<>();
        for (Decision.Part part : decision.parts()) {
            view.topology().peer(part.peer()).map(PeerInfo::backends).ifPresent(kinds::add);
        }
        return kinds.size() > 1 ? Math.max(cacheBlock, MIXED_BLOCK) : cacheBlock;
    }

    private void end(String model) {
        Head head = heads.remove(model);
        if (head != null) {
            head.end(Duration.ZERO).subscribe(); // the edge: whoever asked is told by its answer
        }
    }

    /** The batcher of a model; null where it is elsewhere. */
    @Nullable
    Answers answers(String model) {
        Head head = heads.get(model);
        return head == null ? null : head.answers();
    }

    /** What all of them are at, by model. */
    Map<String, BatcherMetrics> metrics() {
        Map<String, BatcherMetrics> all = new TreeMap<>();
        heads.forEach((model, head) -> all.put(model, head.answers().metrics()));
        return all;
    }

    /** Whether tokens are being computed. */
    boolean busy() {
        return heads.values().stream().anyMatch(head -> head.answers().metrics().batchesInFlight() > 0);
    }

    /** Ends all of them. */
    Mono<Void> close() {
        return Flux.fromIterable(heads.values())
                .flatMap(head -> head.end(Duration.ZERO))
                .then();
    }
}
