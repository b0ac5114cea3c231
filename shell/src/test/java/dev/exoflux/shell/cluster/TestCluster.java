package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;

/**
 * The peers that the tests of a class share, each on a host of its own. Logs stay in {@code target/cluster}, and their ends are
 * printed where a test fails; a buffer that was lost fails the test it is found after.
 */
final class TestCluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private static final int LINES_TOLD = 60;
    private static final Duration POLL = Duration.ofMillis(50);

    private final int size;
    private final int outside;
    private final List<String> options;
    private final List<String> labels;
    private final List<ClusterProcess> peers = new ArrayList<>();
    private final Map<ClusterProcess, String> ids = new HashMap<>();
    private TestNetwork network = TestNetwork.none();

    private TestCluster(int size, int outside, List<String> options, List<String> labels) {
        this.size = size;
        this.outside = outside;
        this.options = options;
        this.labels = labels;
    }

    /** @param options of each peer's {@code serve} */
    static TestCluster of(int peers, String... options) {
        return new TestCluster(peers, 0, List.of(options), List.of());
    }

    /** A peer for each label. */
    static TestCluster labelled(String... labels) {
        return new TestCluster(labels.length, 0, List.of(), List.of(labels));
    }

    /** With one more host behind the others, for a peer that is none of them. */
    TestCluster withOneOutside() {
        return new TestCluster(size, 1, options, labels);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path folder = Path.of(
                        "target", "cluster", context.getRequiredTestClass().getSimpleName())
                .toAbsolutePath();
        clear(folder);
        network = TestNetwork.of(size + outside);
        List<String> its = new ArrayList<>(options);
        its.addAll(List.of("--cluster", "test-" + ProcessHandle.current().pid()));
        for (int host = 0; host < size + outside; host++) {
            List<String> all = new ArrayList<>(its);
            if (host < labels.size()) {
                all.addAll(List.of("--label", labels.get(host)));
            }
            peers.add(new ClusterProcess(network, host, folder, all));
        }
    }

    private static void clear(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(TestCluster::delete);
            }
        }
        Files.createDirectories(folder);
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.out.println(told());
        }
        assertThat(peers.stream().filter(ClusterProcess::leaked)).isEmpty();
    }

    /** The end of every log. */
    String told() {
        StringBuilder all = new StringBuilder();
        for (ClusterProcess peer : peers) {
            List<String> lines = peer.log().lines().toList();
            all.append("---- %s, %s%n".formatted(peer, ids.getOrDefault(peer, "of no id yet")));
            lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size())
                    .forEach(line -> all.append(line).append('\n'));
        }
        return all.toString();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.out.println(told());
        }
        peers.stream().filter(ClusterProcess::runs).forEach(ClusterProcess::kill);
        network.close();
    }

    TestNetwork network() {
        return network;
    }

    ClusterProcess peer(int host) {
        return peers.get(host);
    }

    /** The one that is none of the cluster. */
    ClusterProcess outside() {
        return peers.get(size);
    }

    List<ClusterProcess> running() {
        return peers.subList(0, size).stream().filter(ClusterProcess::runs).toList();
    }

    /** Those that do not run yet, all at once. */
    void startAll() {
        IntStream.range(0, size)
                .filter(host -> !peer(host).runs())
                .forEach(host -> peer(host).start());
        awaitTogether(ClusterProcess.PATIENCE);
    }

    /** Waits until it answers, and learns its id. */
    String id(ClusterProcess peer) {
        return ids.computeIfAbsent(
                peer,
                its -> await("the id of " + its)
                        .pollInterval(POLL)
                        .atMost(ClusterProcess.PATIENCE)
                        .until(() -> its.api().self(), java.util.Optional::isPresent)
                        .orElseThrow());
    }

    ClusterProcess byId(String id) {
        return peers.stream()
                .filter(peer -> id.equals(ids.get(peer)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no peer here has the id " + id + ": " + ids));
    }

    /** Until each that runs lists all that run, and nobody else. */
    void awaitTogether(Duration within) {
        awaitTogether(within, running());
    }

    void awaitTogether(Duration within, List<ClusterProcess> those) {
        Set<String> expected = new TreeSet<>();
        those.forEach(peer -> expected.add(id(peer)));
        Map<ClusterProcess, Set<String>> seen = new LinkedHashMap<>();
        try {
            await().pollInterval(POLL)
                    .atMost(within)
                    .until(() -> those.stream().allMatch(peer -> {
                        seen.put(peer, peer.api().peers());
                        return expected.equals(seen.get(peer));
                    }));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not together within %s: %s see %s".formatted(within, ids, seen), e);
        }
    }

    /** Deploys it and waits until it answers, everywhere. */
    void deploy(Map<String, ?> deployment) {
        deploy(running().getFirst(), deployment);
    }

    /** The same, asked of one that is known to listen. */
    void deploy(ClusterProcess asked, Map<String, ?> deployment) {
        try {
            Api.Response response = asked.api().deploy(deployment);
            assertThat(response.status()).as(response.body().toString()).isBetween(200, 299);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitReady((String) Objects.requireNonNull(deployment.get("model")));
    }

    /** Until every peer that runs says that the model answers, and names the same running peers for it. */
    void awaitReady(String model) {
        awaitReady(ClusterProcess.PATIENCE, model);
    }

    void awaitReady(Duration within, String model) {
        List<ClusterProcess> those = running();
        Set<String> alive = new TreeSet<>();
        those.forEach(peer -> alive.add(id(peer)));
        Map<ClusterProcess, Object> seen = new LinkedHashMap<>();
        try {
            await().pollInterval(POLL).atMost(within).until(() -> {
                those.forEach(peer -> seen.put(peer, peer.api().placement(model)));
                return seen.values().stream().distinct().count() == 1
                        && those.getFirst().api().placement(model).stream().anyMatch(its -> answers(its, alive));
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("%s is not ready within %s: %s".formatted(model, within, seen), e);
        }
    }

    private static boolean answers(JsonNode placement, Set<String> alive) {
        return placement.path("state").asString().equals("ready")
                && alive.containsAll(placement.path("shards").findValuesAsString("peer"));
    }

    /** The peers that hold the parts of a model, from head to tail. */
    List<ClusterProcess> ring(String model) {
        JsonNode placement = running().getFirst().api().placement(model).orElseThrow();
        return placement.path("shards").findValuesAsString("peer").stream()
                .map(this::byId)
                .toList();
    }

    ClusterProcess coordinator() {
        return byId(running().getFirst().api().coordinator().orElseThrow());
    }

    /** One that runs and holds nothing of the model. */
    ClusterProcess spare(String model) {
        List<ClusterProcess> ring = ring(model);
        return running().stream()
                .filter(peer -> !ring.contains(peer))
                .findFirst()
                .orElseThrow();
    }

    /** Every peer runs, every cable is in its place, and the model answers. */
    void restore(String model) {
        network.heal();
        startAll();
        awaitReady(model);
    }
}
