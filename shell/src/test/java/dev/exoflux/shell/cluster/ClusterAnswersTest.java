package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The built-in model in three stages on three hosts, beside the same model on one that is alone. */
final class ClusterAnswersTest {

    private static final Map<String, Object> THREE_STAGES = Map.of("model", Question.TINY, "stages", 3);
    private static final String DRAFT = "exoflux/tiny-draft";
    private static final int AT_ONCE = 8;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(3).withOneOutside();

    private static List<ClusterProcess> peers = List.of();

    private static ClusterProcess alone() {
        return CLUSTER.outside();
    }

    @BeforeAll
    static void start() throws IOException {
        alone().start("--alone", "--model", Question.TINY, "--model", DRAFT);
        peers = List.of(CLUSTER.peer(0), CLUSTER.peer(1), CLUSTER.peer(2));
        startPeers();
        peers.forEach(CLUSTER::id);
        CLUSTER.awaitTogether(Duration.ofSeconds(3), peers);
        alone().awaitReady();
        CLUSTER.deploy(THREE_STAGES);
        assertThat(CLUSTER.ring(Question.TINY)).containsExactlyInAnyOrderElementsOf(peers);
    }

    private static void startPeers() {
        peers.get(0).start("--memory", "64MiB");
        peers.get(1).start("--memory", "128MiB");
        peers.get(2).start("--memory", "256MiB");
    }

    private static Map<String, Object> chat(int number, boolean sampled) {
        Map<String, Object> body = new HashMap<>();
        body.put("model", Question.TINY);
        body.put("messages", List.of(Map.of("role", "user", "content", "What is %d + %d?".formatted(number, 2))));
        body.put("max_tokens", 40);
        body.put("ignore_eos", true);
        body.put("logprobs", true);
        body.put("top_logprobs", 3);
        body.put("return_token_ids", true);
        body.put("temperature", sampled ? 1.1 : 0);
        body.put("seed", 77 + number);
        return body;
    }

    /** Everything but what differs from answer to answer: its name and its time, and what was computed before. */
    private static JsonNode ask(ClusterProcess peer, Map<String, Object> chat) throws IOException {
        Api.Response response = peer.api().post("/v1/chat/completions", chat);
        assertThat(response.status()).as(response.body().toString()).isEqualTo(200);
        ObjectNode body = (ObjectNode) response.body();
        body.remove(List.of("id", "created"));
        ((ObjectNode) body.path("usage")).remove("prompt_tokens_details");
        return body;
    }

    @Test
    void answersAsOnePeerAloneWhereverItIsAsked() throws IOException {
        for (boolean sampled : new boolean[] {false, true}) {
            for (int number = 0; number < 3; number++) {
                JsonNode expected = ask(alone(), chat(number, sampled));
                for (ClusterProcess peer : peers) {
                    assertThat(ask(peer, chat(number, sampled)))
                            .as(peer.toString())
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void eightAtOnceAnswerAsOnePeerAlone() {
        List<Question> questions = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> {
                    Question greedy = Question.of(i, 5 + 37 * i, 100);
                    return i % 2 == 0 ? greedy : greedy.sampled(i);
                })
                .toList();
        Streams.undisturbed(alone(), questions);
        for (ClusterProcess peer : peers) {
            Streams.at(List.of(peer), questions).assertUndisturbed();
        }
        List<ClusterProcess> everywhere = new ArrayList<>(peers);
        Streams.at(everywhere, questions).assertUndisturbed();
    }

    /** Sampled by a seed of its own, with a draft. */
    private static void deployDrawing(ClusterProcess asked, String stages) throws IOException {
        Api.Response response = asked.api().postText("/api/pipelines", """
                pipeline: drawing
                main: { model: exoflux/tiny, stages: %s }
                speculative: { model: exoflux/tiny-draft, draft-tokens: 4 }
                sampling: { temperature: 0.9, top-p: 0.95, seed: 42 }
                """.formatted(stages));
        assertThat(response.status()).as(response.body().toString()).isEqualTo(201);
    }

    /** @param proposed tokens that its draft has guessed: fewer, or none, where that does not pay */
    private record Drawn(List<Integer> ids, int proposed) {}

    /** What it answers to a request that says nothing of how. */
    private static Drawn drawn(ClusterProcess asked) throws IOException {
        Map<String, Object> body = Map.of(
                "model",
                "drawing",
                "prompt",
                "What is a hop?",
                "max_tokens",
                100,
                "ignore_eos",
                true,
                "return_token_ids",
                true);
        Api.Response response = asked.api().post("/v1/completions", body);
        assertThat(response.status()).as(response.body().toString()).isEqualTo(200);
        List<Integer> ids = response.body()
                .at("/choices/0/token_ids")
                .valueStream()
                .map(JsonNode::asInt)
                .toList();
        return new Drawn(
                ids, response.body().at("/exoflux/speculative/proposed").asInt(0));
    }

    @Test
    void aPipelineDrawsTheSameOnOneTwoAndThreePeersUnderLoadAndAfterARestart() throws IOException {
        deployDrawing(alone(), "auto");
        Drawn alone = drawn(alone());
        List<Integer> expected = alone.ids();
        assertThat(expected).hasSize(100);
        int proposed = alone.proposed();
        for (int stages = 1; stages <= 3; stages++) {
            deployDrawing(peers.get(stages - 1), Integer.toString(stages));
            CLUSTER.awaitReady(Question.TINY);
            CLUSTER.awaitReady(DRAFT);
            assertThat(CLUSTER.ring(Question.TINY)).hasSize(stages);
            Drawn drawn = drawn(peers.getFirst());
            assertThat(drawn.ids()).as("%d stages", stages).isEqualTo(expected);
            proposed += drawn.proposed();
        }
        assertThat(proposed).isPositive();
        List<Question> others = IntStream.range(20, 24)
                .mapToObj(i -> Question.of(i, 40, 150).sampled(i))
                .toList();
        Streams load = Streams.at(peers, others);
        load.awaitTokens(1);
        for (ClusterProcess peer : peers) {
            assertThat(drawn(peer).ids()).as("at %s, beside four others", peer).isEqualTo(expected);
        }
        load.readers().forEach(reader -> assertThat(reader.answer().error()).isNull());

        peers.forEach(ClusterProcess::kill);
        startPeers();
        CLUSTER.awaitTogether(ClusterProcess.PATIENCE, peers);
        CLUSTER.awaitReady(Question.TINY);
        CLUSTER.awaitReady(DRAFT);
        assertThat(CLUSTER.ring(Question.TINY)).hasSize(3);
        assertThat(drawn(peers.getLast()).ids()).as("after a restart of all").isEqualTo(expected);
    }
}
