package dev.exoflux.mesh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.membership.ClusterState;
import dev.exoflux.mesh.membership.Version;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.LayerFootprint;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.Topology;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a coordinator says of a model whose peers come and go, in a time of the test's own. */
final class ReconcilerTest {

    private static final String MODEL = "org/m";
    private static final long GIB = 1L << 30;
    private static final List<String> ALL = List.of("a", "b", "c");

    /** Twelve layers of a GiB, of which a peer holds five. */
    private static final ModelCards.Card CARD = new ModelCards.Card(
            new ModelFootprint(
                    MODEL, ModelFootprint.alike(12, new LayerFootprint(GIB, GIB, 1 << 10)), 0, 0, true, 64, 8, 8, 128),
            4096,
            "f00d");

    private static final Order ORDER =
            new Order(new Deployment(MODEL, Strategy.PIPELINE, 3, 0, List.of(), 1024, 2), 6, "");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(1_000_000 + time.now(TimeUnit.MILLISECONDS));
        }
    };
    private final Written state = new Written();
    private final Decision placed = PlacementRule.next(
                    ORDER,
                    CARD,
                    new ClusterView(topology(peers(ALL, null)), new TreeMap<>(), new TreeMap<>(), new TreeMap<>()),
                    1)
            .orElseThrow();
    private final Reconciler reconciler = new Reconciler(state, model -> Mono.just(CARD), time, clock, view(ALL));

    @AfterEach
    void giveTimeBack() {
        VirtualTimeScheduler.reset();
    }

    /** What was decided. */
    private static final class Written implements ClusterState {

        private final List<Decision> decisions = new ArrayList<>();

        @Override
        public Mono<Version> put(String key, String value) {
            return Mono.fromCallable(() -> {
                decisions.addAll(Records.decisions(Map.of(key, value)).values());
                return new Version(decisions.size(), 1, "a");
            });
        }

        @Override
        public Mono<Version> remove(String key) {
            return Mono.error(new IllegalStateException("nothing is taken away here: " + key));
        }

        @Override
        public Mono<State> caughtUp() {
            return states().next();
        }

        @Override
        public Flux<State> states() {
            return Flux.just(new State(new TreeMap<>(), Version.NONE));
        }
    }

    private ClusterView view(List<String> there) {
        return new ClusterView(
                topology(peers(there, placed)),
                new TreeMap<>(Map.of(MODEL, ORDER)),
                new TreeMap<>(Map.of(MODEL, placed)),
                new TreeMap<>());
    }

    private static List<PeerInfo> peers(List<String> ids, @Nullable Decision held) {
        return ids.stream()
                .map(id -> PeerInfo.builder(id)
                        .memoryFreeBytes(held == null ? 6 * GIB - 1 : 100)
                        .weightBytesPerSecond(50e9)
                        .shards(held == null ? List.of() : shards(held, id))
                        .build())
                .toList();
    }

    private static List<HeldShard> shards(Decision held, String id) {
        return held.parts().stream()
                .filter(part -> part.peer().equals(id))
                .map(part -> new HeldShard(
                        MODEL, part.layers(), held.epoch(), part.memoryBytes(), HeldShard.State.READY, 1, ""))
                .toList();
    }

    private static Topology topology(List<PeerInfo> peers) {
        List<Link> links = new ArrayList<>();
        for (String from : ALL) {
            for (String to : ALL) {
                if (!from.equals(to)) {
                    links.add(new Link(from, to, Link.Kind.ETHERNET, "10.0.0.1", 100, 1e9, null));
                }
            }
        }
        TreeSet<String> there = new TreeSet<>();
        peers.forEach(peer -> there.add(peer.id()));
        return Topology.among(
                "a",
                "a",
                peers,
                links.stream()
                        .filter(link -> there.contains(link.from()) && there.contains(link.to()))
                        .toList());
    }

    private void see(List<String> there, Duration passes) {
        reconciler.act(view(there));
        time.advanceTimeBy(passes);
    }

    @Test
    void whoIsMissedAgainIsWaitedForAsLongAsTheFirstTime() {
        see(ALL, Duration.ofSeconds(10));
        see(List.of("a", "b"), Duration.ofSeconds(1));
        assertThat(state.decisions).as("it may come back").isEmpty();
        see(ALL, Duration.ofMinutes(1));
        see(List.of("a", "b"), Duration.ofSeconds(1));
        assertThat(state.decisions).as("a minute later").isEmpty();
        time.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(state.decisions).singleElement().satisfies(waits -> {
            assertThat(waits.isPlaced()).isFalse();
            assertThat(waits.reason()).contains("3 peers are needed");
        });
    }
}
