package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.shell.InstalledMlx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    /** One that is silent is given up after a second and a half; then a JVM starts, and the model is loaded. */
    private static final Duration PAUSE = Duration.ofSeconds(4);

    private static final List<Question> QUESTIONS = List.of(
            Question.of(1, 20, 200),
            Question.of(2, 40, 200),
            Question.of(3, 30, 200).sampled(7));

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

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "SEGV", "STOP"})
    @Order(1)
    void answersGoOnWhenTheWorkerIsLost(String signal) {
        ClusterProcess peer = CLUSTER.peer(0);
        Streams streams = Streams.at(List.of(peer), QUESTIONS).awaitTokens(20);
        long lost = peer.worker().pid();
        Commands.run("kill", "-" + signal, Long.toString(lost));
        assertThat(ids(streams)).isEqualTo(undisturbed);
        System.out.printf(
                "%s: longest pause %d ms%n", signal, streams.longestPause().toMillis());
        assertThat(streams.longestPause()).isLessThan(PAUSE);
        assertThat(peer.worker().pid()).isNotEqualTo(lost);
        assertThat(ProcessHandle.of(lost)).as("a zombie").isEmpty();
        assertThat(peer.log()).contains("MLX was lost: its process " + lost).contains("MLX was started again");
    }

    @Test
    @Order(2)
    void oneThatIsLostWhileNobodyAsksIsThereForTheNext() {
        ClusterProcess peer = CLUSTER.peer(0);
        ProcessHandle worker = peer.worker();
        worker.destroyForcibly();
        worker.onExit().orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(ids(Streams.at(List.of(peer), QUESTIONS))).isEqualTo(undisturbed);
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
    @Order(3)
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
