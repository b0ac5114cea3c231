package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.shell.InstalledMlx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A peer that computes with MLX, and many who ask it. */
final class MlxServingTest {

    private static final int REQUESTS = 1_000;

    /** A batch of sequences leaves buffers of other sizes than one that came before; a leak of a request's logits would be 10 MB. */
    private static final long KEPT_BYTES = 24L << 20;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(1, "--backend", "mlx", "--exact", "--max-concurrency", "8");

    private static ClusterProcess peer;

    @BeforeAll
    static void start() throws IOException {
        peer = CLUSTER.peer(0);
        InstalledMlx.shareWith(peer.home());
        CLUSTER.startAll();
        peer.awaitReady();
    }

    @Test
    void eightAtOnceAmongThemOneWhoLeavesAndOneWhoReadsSlowly() throws IOException {
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            questions.add(Question.of(i, 20 + 9 * i, 150));
        }
        List<List<Integer>> alone = new ArrayList<>();
        for (Question question : questions) {
            alone.add(Reader.of(peer, question).answer().ids());
        }
        HttpURLConnection slow =
                peer.api().stream("/v1/completions", Question.of(50, 30, 1500).body());
        HttpURLConnection leaving =
                peer.api().stream("/v1/completions", Question.of(51, 30, 1500).body());
        Streams six = Streams.at(List.of(peer), questions).awaitTokens(10);
        readSome(leaving, 10);
        leaving.disconnect();
        BufferedReader slowly = readSome(slow, 5);
        for (int i = 0; i < 6; i++) {
            assertThat(six.readers().get(i).answer().ids()).isEqualTo(alone.get(i));
        }
        assertThat(slowly.readLine()).isNotNull(); // it was not forgotten meanwhile
        slow.disconnect();
    }

    private static BufferedReader readSome(HttpURLConnection connection, int lines) throws IOException {
        assertThat(connection.getResponseCode()).isEqualTo(200);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        for (int i = 0; i < lines; i++) {
            assertThat(in.readLine()).isNotNull();
        }
        return in;
    }

    @Test
    void aThousandRequestsLeaveNothingBehind() throws Exception {
        ask(REQUESTS / 4);
        Footprint before = Footprint.of(peer.pid());
        Footprint workerBefore = Footprint.of(peer.worker().pid());
        ask(REQUESTS);
        Footprint after = Footprint.of(peer.pid());
        Footprint workerAfter = Footprint.of(peer.worker().pid());
        System.out.printf("peer %s, then %s%nworker %s, then %s%n", before, after, workerBefore, workerAfter);
        assertThat(workerAfter.threads()).isLessThanOrEqualTo(workerBefore.threads() + 2);
        assertThat(workerAfter.files()).isLessThanOrEqualTo(workerBefore.files());
        assertThat(workerAfter.bytes()).isLessThan(workerBefore.bytes() + KEPT_BYTES);
        assertThat(after.threads()).isLessThan(before.threads() + 10);
        assertThat(after.files()).isLessThan(before.files() + 10);
        assertThat(after.bytes()).isLessThan(before.bytes() + KEPT_BYTES);
    }

    /** Short ones, eight at a time, each with a prompt of its own. */
    private static void ask(int requests) throws Exception {
        try (ExecutorService readers = Executors.newFixedThreadPool(8)) {
            List<Future<Api.Response>> answers = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                Map<String, Object> body =
                        new LinkedHashMap<>(Question.of(i, 8 + i % 10, 2).body());
                body.put("stream", false);
                answers.add(readers.submit(() -> peer.api().post("/v1/completions", body)));
            }
            for (Future<Api.Response> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        }
    }
}
