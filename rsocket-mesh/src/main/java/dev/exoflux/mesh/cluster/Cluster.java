package dev.exoflux.mesh.cluster;

import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Topology;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The cluster as one of its peers sees it: who is there, what is placed where, and the orders that change it. Thread-safe. */
public interface Cluster {

    /** Who is there now; this peer always is. */
    Topology topology();

    /** Who is there now, and whenever that changes: the newest only, for slow readers. Completes when this peer leaves. */
    Flux<Topology> topologies();

    /** Every deployed model, sorted by name. */
    List<PlacedModel> placements();

    /** Every deployed model now, and whenever something changes: the newest only, for slow readers. Completes when this peer leaves. */
    Flux<List<PlacedModel>> placementChanges();

    /**
     * What the batchers of all deployed models are at: each head is asked, and those that have not answered within a second are named.
     * Cancel stops the asking. Errors: LOADING before this peer has joined, SHUTTING_DOWN once it is closing.
     */
    Mono<Batchers> allBatchers();

    /**
     * Where a model would go now. Changes nothing.
     *
     * <p>Errors: MODEL_NOT_FOUND where no peer has the model, INVALID_REQUEST where a named peer or label is not there, and what {@link
     * dev.exoflux.pipeline.placement.Planner#plan} says.
     */
    Mono<Placement> plan(Deployment deployment);

    /**
     * Deploys a model, or deploys it anew where it is deployed otherwise. Completes with how it stands as soon as it is decided
     * where it goes, which is before it answers: {@link #placementChanges()} tells when. On cancel it may have been deployed or
     * not.
     *
     * <p>Errors: those of {@link #plan}, and UNSUPPORTED for a tensor group; then nothing has changed. PEER_LOST where the
     * cluster did not confirm in time: saying it again does no harm.
     */
    Mono<PlacedModel> deploy(Deployment deployment);

    /**
     * Takes a model from the peers; its answers end in an error. Errors: MODEL_NOT_FOUND where it is not deployed, PEER_LOST as
     * in {@link #deploy}.
     */
    Mono<Void> undeploy(String model);

    /**
     * The texts of pipelines that the cluster keeps, by name: now and whenever they change, the newest only for slow readers. Completes
     * when this peer leaves.
     */
    Flux<Map<String, String>> pipelines();

    /**
     * Has the cluster keep the text of a pipeline, in place of one of the same name. PEER_LOST where the cluster did not confirm in time:
     * saying it again does no harm. On cancel it may be kept or not.
     */
    Mono<Void> keepPipeline(String name, String text);

    /** Has the cluster forget a pipeline; nothing happens if it has none of that name. Errors and cancel as in {@link #keepPipeline}. */
    Mono<Void> forgetPipeline(String name);
}
