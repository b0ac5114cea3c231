package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.shell.InstalledMlx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Three peers serve one model together, and one of them computes with MLX. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MlxRingTest {

    private static final Duration PAUSE = Duration.ofSeconds(4);

    private static final List<Question> QUESTIONS =
            List.of(Question.of(1, 20, 200), Question.of(2, 40, 200), Question.of(3, 300, 100));

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(3, "--exact", "--prefill-chunk", "64");

    private static List<List<Integer>> onOneProcessor;
    private static ClusterProcess mlx;

    @BeforeAll
    static void start() throws IOException {
        mlx = CLUSTER.peer(1);
        InstalledMlx.shareWith(mlx.home());
        CLUSTER.peer(0).start("--backend", "cpu");
        mlx.start("--backend", "mlx");
        CLUSTER.peer(2).start("--backend", "cpu");
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE);
        CLUSTER.deploy(Map.of(
                "model", Question.TINY, "stages", 1, "peers", List.of(CLUSTER.id(CLUSTER.peer(0))), "context", 1024));
        onOneProcessor = ids(Streams.at(List.of(CLUSTER.peer(0)), QUESTIONS));
        CLUSTER.deploy(Map.of("model", Question.TINY, "stages", 3, "context", 1024, "concurrency", 4));
        assertThat(CLUSTER.ring(Question.TINY)).hasSize(3).contains(mlx);
    }

    private static List<List<Integer>> ids(Streams streams) {
        return streams.readers().stream()
                .map(reader -> {
                    assertThat(reader.answer().error()).isNull();
                    return reader.answer().ids();
                })
                .toList();
    }

    /** Asks those that are not to be killed. */
    private static Streams ask() {
        return Streams.at(List.of(CLUSTER.peer(0), CLUSTER.peer(2)), QUESTIONS);
    }

    @Test
    @Order(1)
    void saysWhatOneProcessorSays() {
        assertThat(ids(ask())).isEqualTo(onOneProcessor);
    }

    @Test
    @Order(2)
    void eachTellsWhatItComputesWithAndHowFast() throws IOException {
        for (JsonNode peer : CLUSTER.peer(0).api().get("/api/peers").body().path("peers")) {
            boolean its = peer.path("id").asString().equals(CLUSTER.id(mlx));
            assertThat(peer.path("backend").asString()).startsWith(its ? "mlx" : "cpu");
            assertThat(peer.path("weightBytesPerSecond").asDouble()).isPositive();
        }
    }

    @Test
    @Order(3)
    void goesOnWithoutTheWorker() {
        Streams streams = ask().awaitTokens(10);
        Commands.run("kill", "-KILL", Long.toString(mlx.worker().pid()));
        assertThat(ids(streams)).isEqualTo(onOneProcessor);
        System.out.printf(
                "worker: longest pause %d ms%n", streams.longestPause().toMillis());
        assertThat(streams.longestPause()).isLessThan(PAUSE);
        assertThat(CLUSTER.ring(Question.TINY)).contains(mlx);
    }

    @Test
    @Order(4)
    void goesOnWithoutThePeer() {
        Streams streams = ask().awaitTokens(10);
        mlx.kill();
        assertThat(ids(streams)).isEqualTo(onOneProcessor);
        System.out.printf("peer: longest pause %d ms%n", streams.longestPause().toMillis());
        assertThat(streams.longestPause()).isLessThan(PAUSE);
    }
}
