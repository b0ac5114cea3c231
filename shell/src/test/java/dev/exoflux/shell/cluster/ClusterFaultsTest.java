package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What happens to four answers when something happens to the peers that compute them: nothing but a pause. */
final class ClusterFaultsTest {

    /** What users are promised, where the weights are on the disks of those that remain. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** One that is silent has to be silent for two seconds of these, and then for longer where the machine is busy. */
    private static final Duration SILENT_PAUSE = PAUSE.plusSeconds(1);

    /** Who is asked and cut off has nobody to say anything to for so long. */
    private static final Duration CUT = Duration.ofSeconds(2);

    /** And for how long a lost peer may still be listed. */
    private static final Duration GONE = Duration.ofSeconds(3);

    /** Memory for two layers of five with sixteen caches of full length: three peers are needed, two are not enough. */
    private static final String MEMORY = "22MiB";

    private static final Map<String, Object> DEPLOYMENT =
            Map.of("model", Question.TINY, "stages", 3, "context", 2048, "concurrency", 16);

    /** What a fault may leave behind in a peer that outlives it: fragments of the heap of C, code, tables. */
    private static final long KEPT_BYTES = 96L << 20;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(4, "--memory", MEMORY, "--prefill-chunk", "32");

    /** Of peers that are gone at once. */
    private static final FaultTable LOST = new FaultTable();

    /** Of what takes its time by itself. */
    private static final FaultTable LONGER = new FaultTable();

    /** Of those that are asked while they are cut off. */
    private static final FaultTable CUT_OFF = new FaultTable();

    @BeforeAll
    static void start() {
        CLUSTER.startAll();
        CLUSTER.deploy(DEPLOYMENT);
        assertThat(CLUSTER.ring(Question.TINY)).hasSize(3);
        Streams.undisturbed(CLUSTER.peer(0), Streams.DECODING);
    }

    @AfterAll
    static void tell() {
        System.out.println(LOST);
        System.out.println(LONGER);
        System.out.println(CUT_OFF);
        assertThat(LONGER.medianPause()).isLessThan(PAUSE);
    }

    @BeforeEach
    void restore() {
        CLUSTER.restore(Question.TINY);
        CLUSTER.deploy(DEPLOYMENT);
    }

    private static List<ClusterProcess> others(ClusterProcess victim) {
        return CLUSTER.running().stream().filter(peer -> peer != victim).toList();
    }

    /** Until these list each other and nobody else. */
    private static void assertGone(ClusterProcess victim) {
        CLUSTER.awaitTogether(GONE, others(victim));
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, false", "MIDDLE, false", "TAIL, false", "COORDINATOR, false",
        "HEAD, true", "MIDDLE, true", "TAIL, true", "COORDINATOR, true"
    })
    void aPeerIsKilled(Victim role, boolean prefilling) {
        ClusterProcess victim = role.of(CLUSTER);
        Streams streams = prefilling ? prefillingAt(others(victim)) : decodingAt(others(victim));
        victim.kill();
        assertGone(victim);
        streams.assertUndisturbed();
        LOST.add("kill -9", role, prefilling, streams);
        assertThat(streams.longestPause()).isLessThan(PAUSE);
    }

    private static Streams decodingAt(List<ClusterProcess> peers) {
        return Streams.at(peers, Streams.DECODING).awaitTokens(20);
    }

    /** Answers whose prompts are being computed: one that was running already goes on in between. */
    private static Streams prefillingAt(List<ClusterProcess> peers) {
        Streams running = Streams.at(peers, Streams.DECODING.subList(0, 1)).awaitTokens(10);
        Streams streams = Streams.prefilling(peers);
        running.awaitTokens(running.mostTokens() + 4);
        assertThat(streams.mostTokens()).isZero();
        return streams.and(running);
    }

    @ParameterizedTest
    @CsvSource({"HEAD", "MIDDLE", "BYSTANDER"})
    void theNetworkOfThePeerThatIsAskedIsCutForTwoSeconds(Victim role) {
        assumeTrue(CLUSTER.network().separate(), "there are no hosts to cut off");
        ClusterProcess victim = role.of(CLUSTER);
        Streams streams = Streams.at(others(victim), Streams.DECODING.subList(0, 2));
        Streams atVictim = Streams.at(List.of(victim), Streams.DECODING.subList(2, 4));
        streams.and(atVictim).awaitTokens(20);
        CLUSTER.network().cut(victim.host());
        await().during(CUT).until(() -> true);
        CLUSTER.network().mend(victim.host());
        streams.and(atVictim).assertUndisturbed();
        LONGER.add("cut for 2 s", role, false, streams);
        CUT_OFF.add("asked there", role, false, atVictim);
        assertThat(streams.longestPause()).isLessThan(SILENT_PAUSE);
        assertThat(atVictim.longestPause()).isLessThan(CUT.plus(SILENT_PAUSE));
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE);
    }

    @ParameterizedTest
    @CsvSource({"HEAD", "MIDDLE", "COORDINATOR"})
    void aPeerIsStoppedForTenSecondsAndWakes(Victim role) {
        ClusterProcess victim = role.of(CLUSTER);
        Streams streams = decodingAt(others(victim));
        Streams atVictim =
                Streams.at(List.of(victim), Streams.DECODING.subList(0, 2)).awaitTokens(1);
        victim.signal("STOP");
        try {
            assertGone(victim);
            streams.assertUndisturbed();
            LONGER.add("stopped for 10 s", role, false, streams); // silence is noticed after two seconds
            await().during(Duration.ofSeconds(10))
                    .atMost(Duration.ofSeconds(12))
                    .until(() -> true);
        } finally {
            victim.signal("CONT");
        }
        atVictim.assertUndisturbed();
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE);
        assertThat(streams.longestPause()).isLessThan(SILENT_PAUSE);
    }

    @ParameterizedTest
    @CsvSource({"HEAD", "TAIL", "COORDINATOR"})
    void aPeerLeavesInTheMiddleOfAnswers(Victim role) {
        ClusterProcess victim = role.of(CLUSTER);
        Streams streams = decodingAt(others(victim));
        victim.signal("TERM");
        streams.assertUndisturbed();
        assertThat(victim.awaitEnd()).isEqualTo(128 + 15);
        assertGone(victim);
        LOST.add("SIGTERM", role, false, streams);
        assertThat(streams.longestPause()).isLessThan(PAUSE);
    }

    @Test
    void twoHalvesGoTheirWayAndHeal() {
        assumeTrue(CLUSTER.network().separate(), "there are no hosts to cut off");
        CLUSTER.deploy(Map.of("model", Question.TINY, "context", 2048, "concurrency", 4)); // each half can hold it
        // each has read the model's files by then: else the first answer could be over before the last begins
        Streams.at(CLUSTER.running(), Streams.DECODING).assertUndisturbed();
        Set<String> all = ids(CLUSTER.running());
        List<ClusterProcess> left = List.of(CLUSTER.peer(0), CLUSTER.peer(1));
        List<ClusterProcess> right = List.of(CLUSTER.peer(2), CLUSTER.peer(3));
        Streams streams = decodingAt(CLUSTER.running());
        CLUSTER.network().part(2, 3);
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE, left);
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE, right);
        streams.assertUndisturbed();
        LONGER.add("two halves", Victim.BYSTANDER, false, streams);
        Streams.at(left, Streams.DECODING).assertUndisturbed();
        Streams.at(right, Streams.DECODING).assertUndisturbed();
        CLUSTER.network().heal();
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE);
        assertThat(CLUSTER.peer(0).api().peers()).isEqualTo(all);
        CLUSTER.awaitReady(Question.TINY);
        Streams.at(CLUSTER.running(), Streams.DECODING).assertUndisturbed();
        CLUSTER.deploy(DEPLOYMENT);
    }

    private static Set<String> ids(List<ClusterProcess> peers) {
        Set<String> ids = new TreeSet<>();
        peers.forEach(peer -> ids.add(CLUSTER.id(peer)));
        return ids;
    }

    @Test
    void tooFewPeersAreToldAtOnceAndTheDeploymentComesBack() throws IOException {
        List<ClusterProcess> ring = CLUSTER.ring(Question.TINY);
        ClusterProcess asked = ring.getFirst();
        CLUSTER.spare(Question.TINY).kill();
        CLUSTER.awaitTogether(GONE);
        Streams streams = decodingAt(List.of(asked));
        long start = System.nanoTime();
        ring.getLast().kill();
        for (Reader reader : streams.readers()) {
            Reader.Answer answer = reader.answer();
            assertThat(answer.error()).contains("Maybe");
            Reader.Answer whole = Streams.undisturbed(reader);
            assertThat(whole.ids()).startsWith(answer.ids().toArray(Integer[]::new));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PAUSE);
        await().atMost(PAUSE).untilAsserted(() -> {
            JsonNode placement = asked.api().placement(Question.TINY).orElseThrow();
            assertThat(placement.path("state").asString()).isEqualTo("waiting");
            assertThat(placement.path("reason").asString()).contains("Maybe");
        });
        assertThat(asked.api()
                        .post("/v1/completions", Streams.DECODING.getFirst().body())
                        .status())
                .isEqualTo(503);
        ring.getLast().start();
        CLUSTER.awaitReady(Question.TINY);
        Streams.at(CLUSTER.running(), Streams.DECODING).assertUndisturbed();
    }

    @Test
    void aDeploymentIsMadeWhileAPeerJoins() throws IOException {
        ClusterProcess joins = CLUSTER.spare(Question.TINY);
        joins.kill();
        CLUSTER.awaitTogether(GONE);
        ClusterProcess asked = CLUSTER.running().getFirst();
        assertThat(asked.api().delete("/api/deployments/" + Question.TINY).status())
                .isBetween(200, 299);
        joins.start();
        CLUSTER.deploy(asked, DEPLOYMENT);
        Streams streams = Streams.at(List.of(asked), Streams.DECODING);
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE);
        CLUSTER.deploy(DEPLOYMENT); // once more, to one that has just come
        streams.assertUndisturbed();
        Streams.at(CLUSTER.running(), Streams.DECODING).assertUndisturbed();
    }

    @Test
    void aPeerRunsOutOfMemory() {
        ClusterProcess victim = Victim.MIDDLE.of(CLUSTER);
        Streams streams = decodingAt(others(victim));
        victim.starve(0);
        Streams more = Streams.prefilling(others(victim));
        for (Reader reader : more.readers()) {
            Reader.Answer answer = reader.answer();
            assertThat(answer.error() != null || answer.equals(Streams.undisturbed(reader)))
                    .as(answer.toString())
                    .isTrue();
        }
        streams.readers().forEach(Reader::answer);
        LONGER.add("out of memory", Victim.MIDDLE, true, streams);
        if (victim.runs()) {
            victim.kill();
        }
        assertGone(victim);
        CLUSTER.awaitReady(Question.TINY);
        Streams.at(CLUSTER.running(), Streams.DECODING).assertUndisturbed();
    }

    @Test
    void keepsNoMemoryOfLostPeers() {
        ClusterProcess asked = CLUSTER.coordinator();
        Streams.at(List.of(asked), Streams.DECODING).assertUndisturbed();
        long before = asked.residentBytes();
        for (int round = 0; round < 3; round++) {
            ClusterProcess victim = others(asked).get(round);
            Streams streams = decodingAt(List.of(asked));
            victim.kill();
            streams.assertUndisturbed();
            CLUSTER.restore(Question.TINY);
        }
        assertThat(asked.residentBytes()).isLessThan(before + KEPT_BYTES);
    }

    @Test
    void aRestartOfAllKeepsTheDeployment() {
        Set<String> before = ids(CLUSTER.running());
        CLUSTER.running().forEach(ClusterProcess::kill);
        CLUSTER.startAll();
        CLUSTER.awaitReady(Question.TINY);
        assertThat(ids(CLUSTER.running())).isEqualTo(before);
        assertThat(CLUSTER.peer(0)
                        .api()
                        .placement(Question.TINY)
                        .orElseThrow()
                        .path("concurrency")
                        .asInt())
                .isEqualTo(16);
        Streams.at(CLUSTER.running(), Streams.DECODING).assertUndisturbed();
    }
}
