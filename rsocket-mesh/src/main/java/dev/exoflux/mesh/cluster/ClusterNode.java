package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.answers.AnswerService;
import dev.exoflux.mesh.membership.ClusterSettings;
import dev.exoflux.mesh.membership.LocalPeer;
import dev.exoflux.mesh.membership.Membership;
import dev.exoflux.mesh.membership.Newest;
import dev.exoflux.mesh.membership.PeerIdentity;
import dev.exoflux.mesh.weights.ModelLibrary;
import dev.exoflux.mesh.weights.WeightPuller;
import dev.exoflux.mesh.weights.WeightService;
import dev.exoflux.mesh.wire.ClusterTls;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.HopMetrics;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.model.Backend;
import dev.exoflux.model.KvShape;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Proposer;
import dev.exoflux.pipeline.Proposers;
import dev.exoflux.pipeline.placement.PeerInfoBuilder;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A peer that has joined: its membership, its port, and what follows from what it sees. Everything that acts on the cluster's
 * view does so on one thread, in one order: first what is computed here, then how it is asked, then, at the coordinator, what is
 * to change.
 */
final class ClusterNode implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

    /** Every address of the machine: the fastest way to it is found by measuring. */
    private static final String EVERYWHERE = "0.0.0.0";

    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int HEAD_DIM = 128;

    private final ClusterPeerSettings settings;
    private final Backend backend;
    private final PeerIdentity identity;
    private final HopEndpoint endpoint;
    private final Membership membership;
    private final Scheduler thread = Schedulers.newSingle("exoflux-cluster", true);
    private final Newest<ClusterView> views;
    private final ModelFiles files;
    private final ModelCards cards;
    private final Shards shards;
    private final Heads heads;
    private final HeadReports reports;
    private final Orders orders;
    private final ClusterModels models;
    private final Disposable following;
    private final Sinks.Empty<Void> followed = Sinks.empty();
    private volatile boolean leaving;

    /**
     * Joins the cluster; takes a second or two.
     *
     * @param own ids of the models it is started with
     * @throws dev.exoflux.model.ExofluxException INVALID_CONFIGURATION where the settings cannot be followed
     */
    ClusterNode(ClusterPeerSettings settings, Backend backend, ModelLibrary library, List<String> own) {
        this.settings = settings;
        this.backend = backend;
        this.identity = PeerIdentity.claim(settings.home());
        Doors doors = new Doors();
        this.endpoint = open(settings, doors, library);
        WeightPuller puller = new WeightPuller(endpoint, library);
        this.files = new ModelFiles(library, puller, () -> view().topology());
        this.shards = new Shards(files, backend, this::refresh);
        this.heads =
                new Heads(endpoint, shards, settings.pipeline(), backend.cacheBlock(), this::doubtLinks, this::drafts);
        this.reports = new HeadReports(endpoint, heads::metrics);
        this.cards = new ModelCards(files, elementBytes(backend));
        doors.open(shards, heads);
        this.membership = Membership.join(
                settings.cluster(),
                identity,
                new LocalPeer(settings.home(), this::facts, settings.speed(), heads::busy));
        this.views = new Newest<>(ClusterView.of(membership.topology(), Map.of()));
        this.orders = new Orders(membership.state(), cards, views, identity.id());
        this.models = new ClusterModels(
                own,
                files,
                endpoint,
                heads,
                settings.pipeline(),
                settings.home().resolve("cache"),
                views::get,
                orders::ensured);
        Reconciler reconciler = new Reconciler(membership.state(), cards::card, thread, Clock.systemUTC(), views.get());
        this.following = Flux.combineLatest(
                        membership.topologies(),
                        membership.state().states(),
                        (topology, state) -> ClusterView.of(topology, state.values()))
                .onBackpressureLatest()
                .publishOn(thread, 1)
                .subscribe(view -> follow(view, reconciler), failure -> LOG.error("A defect of the cluster", failure));
        followed.asMono().block(); // what is on this peer's disk has been seen
    }

    private static HopEndpoint open(ClusterPeerSettings settings, Doors doors, ModelLibrary library) {
        ClusterSettings cluster = settings.cluster();
        String secret = cluster.secret();
        @Nullable InetAddress bind = cluster.bind();
        return HopEndpoint.bind(
                bind == null ? EVERYWHERE : bind.getHostAddress(),
                0,
                doors,
                Map.of(
                        StreamKind.ANSWERS,
                        new AnswerService(doors::answers),
                        StreamKind.WEIGHTS,
                        new WeightService(library),
                        StreamKind.BATCHERS,
                        request -> HeadReports.served(doors::batchers)),
                settings.wire(),
                secret == null ? null : ClusterTls.of(cluster.cluster(), secret.toCharArray()));
    }

    /** Of a key or value in this peer's caches, on average. */
    private static int elementBytes(Backend backend) {
        long bytes = backend.cacheBytesPerPosition(new KvShape(1, 1, HEAD_DIM));
        return (int) Math.ceilDiv(bytes, 2 * HEAD_DIM);
    }

    private void follow(ClusterView view, Reconciler reconciler) {
        views.set(view);
        try {
            shards.apply(view);
            heads.apply(view);
            models.apply(view);
            reconciler.act(view);
        } catch (RuntimeException e) { // the next view may well be understood
            LOG.error("A defect of the cluster", e);
        }
        followed.tryEmitEmpty();
    }

    private PeerInfoBuilder facts(PeerInfoBuilder facts) {
        long limit = settings.memoryBytes();
        long available = backend.availableBytes();
        long used = shards.usedBytes();
        long capacity =
                limit > 0 ? limit : available == Long.MAX_VALUE ? Long.MAX_VALUE / 2 : (available + used) / 10 * 9;
        return facts.httpPort(settings.httpPort().getAsInt())
                .meshPort(endpoint.address().port())
                .backends(List.of(backend.name().split("[- ]", 2)[0])) // its kind: cpu or mlx
                .backend(backend.name())
                .memoryFreeBytes(Math.max(0, capacity - shards.memoryBytes()))
                .memoryTotalBytes(capacity)
                .models(files.held())
                .shards(shards.told())
                .labels(settings.labels())
                .leaving(leaving);
    }

    private void refresh() {
        Membership joined = membership;
        joined.refresh();
    }

    private void doubtLinks() {
        Membership joined = membership;
        joined.doubtLinks();
    }

    /** Models that propose to one. */
    private Proposers drafts(String model) {
        Map<String, Proposer> known = new ConcurrentHashMap<>();
        return draft -> known.computeIfAbsent(
                draft,
                id -> Proposer.of(Mono.defer(() -> models().require(model).draftedBy(models().require(id)))));
    }

    ClusterView view() {
        return views.get();
    }

    /** The view now and whenever it changes; the newest only, for slow readers. */
    Flux<ClusterView> views() {
        return views.flux();
    }

    Orders orders() {
        return orders;
    }

    ClusterModels models() {
        return models;
    }

    ModelFiles files() {
        return files;
    }

    /** What the batchers that are here are at, by model. */
    Map<String, BatcherMetrics> batchers() {
        return heads.metrics();
    }

    /** What all of the cluster are at, as far as their heads answer. */
    Mono<Batchers> allBatchers() {
        return Mono.defer(() -> reports.all(view()));
    }

    HopMetrics hops() {
        return endpoint.metrics();
    }

    /** Has the others take over what is here. */
    void leave() {
        leaving = true;
        membership.refresh();
    }

    /** Whether others still count on what is here, and could take it over. */
    boolean needed() {
        ClusterView view = view();
        boolean alone =
                view.topology().peers().stream().noneMatch(peer -> !peer.id().equals(view.self()) && !peer.leaving());
        return !alone
                && view.decisions().values().stream()
                        .anyMatch(decision -> decision.stage(view.self()).isPresent());
    }

    /** Ends whatever is left, and leaves. Blocks for some seconds at most. */
    @Override
    public void close() {
        following.dispose();
        heads.close().block(CLOSING);
        models.close();
        membership.close();
        shards.close();
        endpoint.close();
        views.complete();
        thread.dispose();
        identity.close();
    }
}
