package dev.exoflux.mesh.membership;

import dev.exoflux.mesh.membership.Wire.Malformed;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * This peer's membership of a cluster: who else is there, what they are and hold, who coordinates, and the state that all
 * share. Thread-safe.
 *
 * <p>A peer that is killed leaves the topology of the others within three seconds; one that was stopped, or cut off, comes
 * back by itself.
 */
public final class Membership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private static final Duration FACTS = Duration.ofSeconds(3);
    private static final Duration STATE = Duration.ofSeconds(5);
    private static final Duration REPEAT = Duration.ofSeconds(30);

    private final PeerIdentity self;
    private final Rejections rejections = new Rejections();
    private final CompletableFuture<JGroupsGroup> joined = new CompletableFuture<>();
    private final Loop loop = new Loop("exoflux-membership");
    private final Loop facts = new Loop("exoflux-facts");
    private final Loop speeds = new Loop("exoflux-speed");
    private final ProbeServer probes;
    private final Links links;
    private final ReplicatedState state;
    private final Directory directory;
    private final Newest<Topology> topologies;
    private final MachineFacts machine;
    private volatile SpeedProbe.Speed speed = SpeedProbe.Speed.UNKNOWN;
    private volatile String host = "";

    /** Written on the loop only. */
    private volatile Report own;

    /**
     * Joins the cluster, or starts it where nobody answers; takes about a second.
     *
     * @param self whose slot stays claimed until after this membership is closed
     * @throws ExofluxException INVALID_CONFIGURATION where the settings cannot be followed
     */
    public static Membership join(ClusterSettings settings, PeerIdentity self, LocalPeer local) {
        ClusterKey key = ClusterKey.of(settings.cluster(), settings.secret());
        Membership membership = new Membership(settings, self, local, key);
        try {
            membership.join(settings, key, local);
            return membership;
        } catch (RuntimeException e) {
            membership.joined.completeExceptionally(e);
            membership.close();
            throw e;
        }
    }

    private Membership(ClusterSettings settings, PeerIdentity self, LocalPeer local, ClusterKey key) {
        this.self = self;
        machine = new MachineFacts(self, local, settings.bind());
        probes = open(settings, key);
        PeerInfo nothingYet = PeerInfo.builder(self.id()).name(self.name()).build();
        own = new Report(self.start(), 0, nothingYet, probes.port(), List.of());
        directory = new Directory(own);
        topologies = new Newest<>(directory.topology());
        Storage storage = new StateFile(self.directory().resolve("state-" + settings.cluster()));
        state = new ReplicatedState(self.id(), storage, loop, this::send, this::broadcast);
        links = new Links(self.id(), new TcpLinkProbe(key), local.busy(), this::measured);
    }

    private ProbeServer open(ClusterSettings settings, ClusterKey key) {
        try {
            return ProbeServer.open(key, rejections, settings.bind());
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "No port can be opened on %s: %s.\nMaybe choose another address.".formatted(settings.bind(), e),
                    e);
        }
    }

    private void join(ClusterSettings settings, ClusterKey key, LocalPeer local) {
        if (settings.secret() == null) {
            LOG.warn(
                    "The cluster {} is open: every machine of this network can join it. Maybe set a cluster secret.",
                    settings.cluster());
        }
        JGroupsGroup group = JGroupsGroup.join(settings, self, key, rejections, new Ear());
        joined.complete(group);
        host = group.listening().getIpAddress().getHostAddress();
        LOG.info(
                "Peer {} ({}) is in the cluster {}, at {}:{}",
                self.name(),
                self.id(),
                settings.cluster(),
                host,
                group.port());
        // nobody is to plan with a peer that has not said what it is, itself least of all
        CompletableFuture<Void> told = new CompletableFuture<>();
        facts.execute(() -> {
            gather(host);
            loop.execute(() -> told.complete(null));
        });
        told.join();
        facts.every(FACTS, () -> gather(host));
        speeds.execute(() -> {
            speed = new KeptSpeed(
                            local.home(),
                            MachineFacts.device() + ", " + Runtime.getRuntime().availableProcessors())
                    .of(local.speed());
            refresh();
        });
        loop.every(STATE, () -> state.replica().tick());
        loop.every(REPEAT, () -> broadcast(new PeerMessage.Say(own)));
    }

    /** Has the others told at once what has changed at this peer, instead of within some seconds. */
    public void refresh() {
        facts.execute(() -> gather(host));
    }

    /** Has the ways to the other peers measured soon: one of them may have failed, so that another is to be taken. */
    public void doubtLinks() {
        links.doubt();
    }

    /** This peer's id. */
    public String self() {
        return self.id();
    }

    /** Who is there now. */
    public Topology topology() {
        return topologies.get();
    }

    /**
     * Who is there now, and whenever that changes: the newest only, for readers who are slower than that. This peer is always
     * among them. Completes when it leaves; each subscriber is called on a thread that may not block.
     */
    public Flux<Topology> topologies() {
        return topologies.flux();
    }

    /** What the cluster is to do. */
    public ClusterState state() {
        return state;
    }

    /** Where the others connect to, for their seeds. */
    public int port() {
        return joined.join().port();
    }

    /** What comes from the group is done on the loop, in order. */
    private final class Ear implements Group.Listener {

        @Override
        public void view(GroupView view) {
            loop.execute(() -> accept(view));
        }

        @Override
        public void message(String from, byte[] bytes) {
            loop.offer(() -> accept(from, bytes));
        }
    }

    private void accept(GroupView view) {
        List<String> newcomers = directory.view(view);
        if (view.merged() || newcomers.size() > 1) {
            broadcast(new PeerMessage.Say(own));
        } else {
            newcomers.forEach(id -> send(id, new PeerMessage.Say(own)));
        }
        state.replica().view(view);
        publish();
    }

    private void accept(String from, byte[] bytes) {
        try {
            switch (PeerCodec.message(bytes)) {
                case PeerMessage.Say say -> {
                    directory.said(from, say.report());
                    publish();
                }
                case PeerMessage.About about -> state.replica().receive(from, about);
            }
        } catch (Malformed e) {
            rejections.rejected(
                    "a message of peer " + from, e.getMessage() + "; maybe it runs another version of exoflux");
        }
    }

    private void publish() {
        topologies.set(directory.topology());
        List<Report> others = directory.view().members().stream()
                .map(directory::report)
                .filter(Objects::nonNull)
                .toList();
        links.peers(own.peer(), others);
    }

    private void gather(String host) {
        PeerInfo now = machine.gather(host, speed);
        loop.execute(() -> {
            if (MachineFacts.differ(own.peer(), now)) {
                say(new Report(own.start(), own.number() + 1, now, own.probePort(), own.links()));
            }
        });
    }

    private void measured(List<Link> all) {
        loop.execute(() -> say(new Report(own.start(), own.number() + 1, own.peer(), own.probePort(), all)));
    }

    private void say(Report report) {
        own = report;
        directory.own(report);
        broadcast(new PeerMessage.Say(report));
        publish();
    }

    private void send(String to, PeerMessage message) {
        joined.join().send(to, PeerCodec.bytes(message));
    }

    private void broadcast(PeerMessage message) {
        joined.join().broadcast(PeerCodec.bytes(message));
    }

    /** Leaves: the others know at once. Waits a few seconds at most; closing again does nothing. */
    @Override
    public void close() {
        links.close();
        facts.close();
        speeds.close();
        probes.close();
        loop.execute(() -> {
            state.close();
            topologies.complete();
        });
        loop.close();
        if (!joined.isCompletedExceptionally()) {
            joined.join().close();
        }
    }
}
