package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.weights.ModelLibrary;
import dev.exoflux.mesh.wire.HopMetrics;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServingPeer;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A peer of a cluster: joins it, holds the parts of models that are placed on it, and answers with all of them. Thread-safe.
 *
 * <p>Until it has joined it knows only itself, and requests fail with LOADING; once it is closing, with SHUTTING_DOWN.
 */
public final class ClusterPeer implements ServingPeer, Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterPeer.class);

    /** Within which a peer that has the model is seen, where this one has not. */
    private static final Duration FINDING = Duration.ofSeconds(4);

    private static final Duration LOOKING = Duration.ofMillis(50);

    private final ClusterPeerSettings settings;
    private final Backend backend;
    private final ModelLibrary library;
    private final Map<String, ExofluxException> own;
    private final Sinks.One<ClusterNode> joined = Sinks.one();
    private final Sinks.Empty<Void> loaded = Sinks.empty();
    private final Thread loader =
            Thread.ofPlatform().name("exoflux-joiner").daemon().unstarted(this::join);
    private final AtomicInteger answering = new AtomicInteger();
    private volatile @Nullable ClusterNode node;
    private volatile boolean closing;

    private ClusterPeer(
            ClusterPeerSettings settings, Backend backend, ModelLibrary library, Map<String, ExofluxException> own) {
        this.settings = settings;
        this.backend = backend;
        this.library = library;
        this.own = own;
    }

    /**
     * A peer that is to join a cluster: {@link #load} has it do so.
     *
     * @param backend what computes; must outlive the peer
     * @throws ExofluxException INVALID_CONFIGURATION for two models of one name, MODEL_NOT_FOUND for a directory that is not there,
     *     and what damaged ones give
     */
    public static ClusterPeer of(ClusterPeerSettings settings, Backend backend) {
        Map<String, ExofluxException> own = new LinkedHashMap<>();
        List<ModelDirectory> here = new ArrayList<>();
        for (String model : settings.models()) {
            String id = model;
            ExofluxException missing = null;
            try {
                ModelDirectory directory = settings.repository().resolve(model);
                here.add(directory);
                id = directory.id();
            } catch (ExofluxException e) {
                if (e.code() != ErrorCode.MODEL_NOT_FOUND || !model.matches("[A-Za-z0-9_][^/\\\\]*(/[^/\\\\]+)?")) {
                    throw e;
                }
                missing = e; // another peer may have it
            }
            if (own.containsKey(id)) {
                throw new ExofluxException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "Two models are called %s.\nMaybe rename the directory of one.".formatted(id));
            }
            own.put(id, missing);
        }
        return new ClusterPeer(settings, backend, new ModelLibrary(settings.repository(), here), own);
    }

    /** Starts to join, and returns at once. To be called once. */
    @Override
    public void load() {
        loader.start();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A model that waits for more peers counts as tried: it answers once they are there.
     */
    @Override
    public Mono<Void> loaded() {
        return loaded.asMono().publishOn(Schedulers.boundedElastic());
    }

    private void join() {
        try {
            ClusterNode now = new ClusterNode(settings, backend, library, List.copyOf(own.keySet()));
            node = now;
            if (closing) {
                throw new ExofluxException(ErrorCode.SHUTTING_DOWN, "The peer was closed while it joined its cluster.");
            }
            joined.tryEmitValue(now);
            now.orders().forget(own.keySet()).block(); // a thread of its own
            for (Map.Entry<String, ExofluxException> model : own.entrySet()) {
                deploy(now, model.getKey(), model.getValue());
            }
            loaded.tryEmitEmpty();
        } catch (RuntimeException | Error e) {
            LOG.debug("not joined", e);
            Throwable told = closing ? notJoined() : e; // what a peer that is closed stumbles over tells nothing
            loaded.tryEmitError(told);
            joined.tryEmitError(told);
        }
    }

    /** Has a model that was named at the start deployed, and waits until it answers or is known to wait. */
    private void deploy(ClusterNode now, String model, @Nullable ExofluxException missing) {
        if (missing != null && !await(() -> now.files().anywhere(model), FINDING)) {
            throw missing;
        }
        PipelineSettings wish = settings.pipeline();
        int concurrency =
                wish.maxConcurrency() == PipelineSettings.DEFAULTS.maxConcurrency() ? 0 : wish.maxConcurrency();
        now.orders()
                .own(new Deployment(model, Strategy.AUTO, 0, 0, List.of(), wish.contextLength(), concurrency))
                .block();
        PlacedModel placed = now.views()
                .flatMap(view -> Mono.justOrEmpty(view.placement(model)), 1)
                .filter(it -> it.state() != PlacedModel.State.PLACING)
                .blockFirst();
        if (placed != null && placed.state() == PlacedModel.State.FAILED) {
            throw new ExofluxException(ErrorCode.NO_PEERS, placed.reason());
        }
    }

    /** Whether something comes true in time, without anybody to tell so. */
    private static boolean await(BooleanSupplier condition, Duration patience) {
        return Boolean.TRUE.equals(Flux.interval(Duration.ZERO, LOOKING)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic(), 1)
                .map(tick -> condition.getAsBoolean())
                .filter(it -> it)
                .next()
                .timeout(patience, Mono.just(false))
                .block());
    }

    private ExofluxException notJoined() {
        return closing
                ? new ExofluxException(
                        ErrorCode.SHUTTING_DOWN, "The peer is shutting down.\nMaybe ask another peer of its cluster.")
                : new ExofluxException(
                        ErrorCode.LOADING, "The peer is still joining its cluster.\nMaybe try again in a moment.");
    }

    private <T> Mono<T> with(Function<ClusterNode, Mono<T>> task) {
        return Mono.defer(() -> {
            ClusterNode now = node;
            return now == null || closing ? Mono.error(notJoined()) : task.apply(now);
        });
    }

    // ---- what it serves ----

    @Override
    public List<ServedModel> all() {
        ClusterNode now = node;
        return now == null ? unready() : now.models().all();
    }

    @Override
    public List<ServedModel> own() {
        ClusterNode now = node;
        return now == null ? unready() : now.models().own();
    }

    private List<ServedModel> unready() {
        return own.keySet().stream().<ServedModel>map(JoiningModel::new).toList();
    }

    @Override
    public ServedModel require(String id) {
        ClusterNode now = node;
        if (now == null) {
            throw notJoined();
        }
        return now.models().require(id);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> {
            ClusterNode now = node;
            if (now == null || closing) {
                return Flux.error(notJoined());
            }
            ClusterModel model = now.models().require(request.model());
            answering.incrementAndGet();
            return model.generate(request).doFinally(end -> answering.decrementAndGet());
        });
    }

    @Override
    public Map<String, BatcherMetrics> batchers() {
        ClusterNode now = node;
        return now == null ? Map.of() : now.batchers();
    }

    // ---- what it does in its cluster ----

    /** What has travelled over the hops of this peer so far; nothing before it has joined. */
    public HopMetrics hops() {
        ClusterNode now = node;
        return now == null ? HopMetrics.NONE : now.hops();
    }

    @Override
    public Topology topology() {
        ClusterNode now = node;
        return now == null ? Topology.EMPTY : now.view().topology();
    }

    @Override
    public Flux<Topology> topologies() {
        return joined.asMono()
                .flatMapMany(now -> now.views().map(ClusterView::topology).distinctUntilChanged());
    }

    @Override
    public List<PlacedModel> placements() {
        ClusterNode now = node;
        return now == null ? List.of() : now.view().placed();
    }

    @Override
    public Flux<List<PlacedModel>> placementChanges() {
        return joined.asMono()
                .flatMapMany(now -> now.views().map(ClusterView::placed).distinctUntilChanged());
    }

    @Override
    public Mono<Batchers> allBatchers() {
        return with(ClusterNode::allBatchers);
    }

    @Override
    public Mono<Placement> plan(Deployment deployment) {
        return with(now -> now.orders().plan(deployment));
    }

    @Override
    public Mono<PlacedModel> deploy(Deployment deployment) {
        return with(now -> now.orders().deploy(deployment, ""));
    }

    @Override
    public Mono<Void> undeploy(String model) {
        return with(now -> now.orders().undeploy(model));
    }

    @Override
    public Flux<Map<String, String>> pipelines() {
        return joined.asMono()
                .<Map<String, String>>flatMapMany(
                        now -> now.views().map(ClusterView::pipelines).distinctUntilChanged());
    }

    @Override
    public Mono<Void> keepPipeline(String name, String text) {
        return with(now -> now.orders().keepPipeline(name, text));
    }

    @Override
    public Mono<Void> forgetPipeline(String name) {
        return with(now -> now.orders().forgetPipeline(name));
    }

    /**
     * Refuses new requests, has other peers take over what is here, lets answers finish within the grace of the settings, leaves
     * the cluster and frees everything. Blocks for as long, and some seconds.
     */
    @Override
    public void close() {
        closing = true;
        ClusterNode now = node;
        if (now != null) {
            now.leave();
            if (!finished(now)) {
                LOG.warn("{} answers were still under way when the peer left", answering.get());
            }
        }
        end();
    }

    private boolean finished(ClusterNode now) {
        return await(
                () -> answering.get() == 0 && !now.needed(), settings.pipeline().grace());
    }

    private void end() {
        boolean interrupted = false;
        while (loader.isAlive()) {
            loader.interrupt();
            try {
                loader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        ClusterNode last = node;
        if (last != null) {
            last.close();
        }
        loaded.tryEmitError(notJoined());
        joined.tryEmitError(notJoined());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
