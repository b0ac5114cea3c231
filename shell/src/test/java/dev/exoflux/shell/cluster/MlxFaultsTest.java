package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.shell.InstalledMlx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer alone whose MLX runs in a process of its own, and what happens to answers when something happens to that. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MlxFaultsTest {

    /** One that is stopped is given up after some tenths of a second; then a JVM starts, and the model is loaded. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final Duration SOON = Duration.ofMillis(10);

    private static final Map<String, String> SAID = Map.of(
            "KILL", " was ended by signal 9",
            "STOP", " was stopped",
            "EXIT", " ended by itself with code 3");

    private static final String LEFT_ALONE =
            "MLX was lost 5 times in a row and is not started again for 60 s. The last time: ";

    private static final List<Question> QUESTIONS = List.of(
            Question.of(1, 20, 120),
            Question.of(2, 40, 120),
            Question.of(3, 30, 120).sampled(7));

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(1, "--backend", "mlx", "--exact");

    private static List<List<Integer>> undisturbed;

    @BeforeAll
    static void start() throws IOException {
        InstalledMlx.shareWith(CLUSTER.peer(0).home());
        CLUSTER.startAll();
        CLUSTER.peer(0).awaitReady();
        undisturbed = ids(Streams.at(CLUSTER.running(), QUESTIONS));
    }

    private static List<List<Integer>> ids(Streams streams) {
        return streams.readers().stream()
                .map(reader -> {
                    assertThat(reader.answer().error()).isNull();
                    return reader.answer().ids();
                })
                .toList();
    }

    @Test
    @Order(1)
    void oneThatCrashesWhileNobodyAsksIsThereForTheNext() {
        ClusterProcess peer = CLUSTER.peer(0);
        ProcessHandle worker = peer.worker();
        Commands.run("kill", "-SEGV", Long.toString(worker.pid()));
        worker.onExit().orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(ids(Streams.at(List.of(peer), QUESTIONS))).isEqualTo(undisturbed);
        assertThat(peer.log())
                .contains("SIGSEGV")
                .contains("MLX was lost: its process " + worker.pid()
                        + " ended by itself with code 1, as a JVM does that crashed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOP", "KILL", "EXIT"})
    @Order(2)
    void answersGoOnWhenTheWorkerIsLost(String how) {
        ClusterProcess peer = CLUSTER.peer(0);
        Streams streams = Streams.at(List.of(peer), QUESTIONS).awaitTokens(20);
        long lost = peer.worker().pid();
        if (how.equals("EXIT")) {
            ExitAgent.exit(lost, peer.home());
        } else {
            Commands.run("kill", "-" + how, Long.toString(lost));
        }
        assertThat(ids(streams)).isEqualTo(undisturbed);
        System.out.printf(
                "%s: longest pause %d ms%n", how, streams.longestPause().toMillis());
        assertThat(streams.longestPause()).isLessThan(PAUSE);
        assertThat(peer.worker().pid()).isNotEqualTo(lost);
        assertThat(ProcessHandle.of(lost)).as("a zombie").isEmpty();
        assertThat(peer.log())
                .contains("MLX was lost: its process " + lost + SAID.get(how))
                .contains("MLX was started again");
    }

    /** Four times it was by now. */
    @Test
    @Order(3)
    void oneThatIsLostOverAndOverIsToldAndLeftAlone() throws IOException {
        ClusterProcess peer = CLUSTER.peer(0);
        Map<String, Object> body = new HashMap<>(QUESTIONS.getFirst().body());
        body.put("stream", false);
        Streams streams = Streams.at(List.of(peer), QUESTIONS).awaitTokens(20);
        peer.worker().destroyForcibly();
        for (Reader reader : streams.readers()) {
            assertThat(reader.answer().error()).contains("backend_lost").contains(LEFT_ALONE);
        }
        Api.Response answer = peer.api().post("/v1/completions", body);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().at("/error/code").asString()).isEqualTo("backend_lost");
        assertThat(answer.body().at("/error/message").asString()).startsWith(LEFT_ALONE);
        assertThat(workers(peer)).isEmpty();
        assertThat(peer.api().get("/api/peers").status()).isEqualTo(200);
        peer.kill();
    }

    @Test
    @Order(4)
    void oneThatIsLostWhileItsPeerStartsIsStartedAgain() {
        ClusterProcess peer = CLUSTER.peer(0);
        peer.start();
        await().pollInterval(SOON)
                .atMost(ClusterProcess.PATIENCE)
                .until(() -> workers(peer)
                        .findFirst()
                        .map(ProcessHandle::destroyForcibly)
                        .isPresent());
        peer.awaitReady();
        assertThat(ids(Streams.at(List.of(peer), QUESTIONS))).isEqualTo(undisturbed);
        assertThat(peer.log()).contains("MLX did not start, and is started again");
    }

    private static Stream<ProcessHandle> workers(ClusterProcess peer) {
        return ProcessHandle.of(peer.pid()).orElseThrow().children().filter(ProcessHandle::isAlive);
    }

    /** Nobody may be there to take note of an orphan's end. */
    private static boolean ended(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "stat"))
                    .contains(") Z ");
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    @Order(5)
    void endsWithItsPeerAndLeavesNoFiles() throws IOException {
        ClusterProcess peer = CLUSTER.peer(0);
        ProcessHandle worker = peer.worker();
        peer.kill();
        await().atMost(Duration.ofSeconds(2)).until(() -> ended(worker.pid()));
        try (Stream<Path> memory = Files.list(Path.of("/dev/shm"))) {
            assertThat(memory.filter(path -> path.getFileName().toString().startsWith("exoflux-mlx-")))
                    .isEmpty();
        }
    }
}
