package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.model.weights.ModelRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A triad over three peers, each branch on its own: what the loss of one does to the others, which is nothing. */
final class TriadPeersTest {

    private static final String DRAFT = "exoflux/tiny-draft";

    /** A copy of the built-in model that is on the judges' disk alone. */
    private static final String JUDGE = "exoflux/judge";

    private static final int TOKENS = 200;
    private static final Path SAMPLE = Path.of("..", "samples", "pipelines", "three-peers.yaml");

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.labelled("answers", "drafts", "judges");

    private static ClusterProcess answers;
    private static ClusterProcess drafts;
    private static ClusterProcess judges;

    @BeforeAll
    static void start() throws IOException {
        answers = CLUSTER.peer(0);
        drafts = CLUSTER.peer(1);
        judges = CLUSTER.peer(2);
        copyJudge();
        CLUSTER.startAll();
        deploy(Files.readString(SAMPLE));
        deploy(judged("judged", "fail"));
        deploy(judged("judged-if-possible", "continue"));
        List.of(Question.TINY, DRAFT, JUDGE).forEach(CLUSTER::awaitReady);
    }

    private static void copyJudge() throws IOException {
        Path built = new ModelRepository(judges.home(), judges.home())
                .resolve(Question.TINY)
                .tokenizer()
                .resolveSibling("");
        Path copy = Files.createDirectories(judges.home().resolve("models").resolve(JUDGE));
        try (Stream<Path> files = Files.list(built)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()));
            }
        }
    }

    private static String judged(String name, String onLoss) {
        return """
                pipeline: %s
                main: { model: exoflux/tiny }
                validator:
                  rules: [ { judge: { model: %s, question: "Is this an answer?" } } ]
                  on: [judges]
                  on-validator-loss: %s
                """.formatted(name, JUDGE, onLoss);
    }

    private static void deploy(String yaml) {
        try {
            Api.Response response = answers.api().postText("/api/pipelines", yaml);
            assertThat(response.status()).as(response.body().toString()).isEqualTo(201);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void restore() {
        List.of(Question.TINY, DRAFT, JUDGE).forEach(CLUSTER::restore);
    }

    private static Question ask(String model) {
        return Question.saying(model, "What is a hop?", TOKENS);
    }

    private static Reader whole(ClusterProcess peer, Question question) {
        Reader reader = Reader.of(peer, question);
        assertThat(reader.answer().error()).isNull();
        assertThat(reader.answer().ids()).hasSize(question.tokens());
        return reader;
    }

    @Test
    void eachBranchRunsOnItsOwnPeerAndAllAnswerTheSame() {
        assertThat(CLUSTER.ring(Question.TINY)).containsExactly(answers);
        assertThat(CLUSTER.ring(DRAFT)).containsExactly(drafts);
        assertThat(CLUSTER.ring(JUDGE)).containsExactly(judges);
        Question sampled = ask("three-peers").sampled(7);
        List<Integer> alone = whole(answers, sampled.to(Question.TINY)).answer().ids();
        for (ClusterProcess peer : CLUSTER.running()) {
            Reader reader = whole(peer, sampled);
            assertThat(reader.answer().ids()).isEqualTo(alone);
            assertThat(reader.exoflux().path("validated").asBoolean()).isTrue();
        }
        awaitProposals();
        assertThat(whole(drafts, ask("judged")).exoflux().has("validated")).isTrue();
    }

    /** A proposer that does not pay, or has failed, is tried again after some rounds without. */
    private static void awaitProposals() {
        await("proposals").atMost(ClusterProcess.PATIENCE).until(() -> {
            JsonNode speculative = whole(answers, ask("three-peers")).exoflux().path("speculative");
            return speculative.path("proposed").asInt() > 0;
        });
    }

    @Test
    void aValidatorFiresInMidAnswerAndTwoOtherAnswersRunUndisturbed() {
        Reader.Answer other = whole(answers, ask("three-peers")).answer();
        Question strict = ask("strict").sampled(3);
        Reader.Answer free = whole(answers, strict.to(Question.TINY)).answer();
        String forbidden =
                free.text().substring(free.text().length() / 2).strip().substring(0, 8);
        deploy("""
                pipeline: strict
                main: { model: exoflux/tiny }
                speculative: { model: exoflux/tiny-draft }
                ---
                pipeline: strict-triad
                triad:
                  main:        { model: exoflux/tiny, on: [answers] }
                  speculative: { model: exoflux/tiny-draft, on: [drafts] }
                  validator:   { rules: [ { name: not-that, forbid: '\\Q%s\\E' } ] }
                """.formatted(forbidden.replace("'", "''")));
        Streams others = Streams.at(List.of(drafts, judges), List.of(ask("three-peers"), ask("three-peers")));
        others.awaitTokens(1);
        Reader filtered = Reader.of(judges, strict.to("strict-triad"));
        assertThat(filtered.answer().finish()).isEqualTo("content_filter");
        assertThat(filtered.answer().text()).isNotEmpty().doesNotContain(forbidden);
        assertThat(free.text()).startsWith(filtered.answer().text());
        assertThat(filtered.exoflux().path("validated").asBoolean(true)).isFalse();
        assertThat(filtered.exoflux().path("rule").asString()).isEqualTo("not-that");
        others.readers().forEach(reader -> {
            assertThat(reader.answer()).isEqualTo(other);
            assertThat(reader.exoflux().path("validated").asBoolean()).isTrue();
        });
    }

    @Test
    void withoutItsDraftAnAnswerGoesOnWithTheSameTokensAndDraftsComeBack() {
        Question longer = Question.saying("three-peers", "What is a hop?", 600).sampled(5);
        List<Integer> undisturbed =
                whole(answers, longer.to(Question.TINY)).answer().ids();
        List<Reader> readers = List.of(Reader.of(answers, longer), Reader.of(judges, longer));
        await().atMost(ClusterProcess.PATIENCE).until(() -> readers.stream().allMatch(reader -> reader.tokens() > 20));
        assertThat(readers).noneMatch(Reader::ended);
        drafts.kill();
        for (Reader reader : readers) {
            assertThat(reader.answer().error()).isNull();
            assertThat(reader.answer().ids()).isEqualTo(undisturbed);
            assertThat(reader.exoflux().path("validated").asBoolean()).isTrue();
        }
        await().atMost(ClusterProcess.PATIENCE).untilAsserted(() -> {
            JsonNode placement = answers.api().placement(DRAFT).orElseThrow();
            assertThat(placement.path("state").asString()).isEqualTo("waiting");
            assertThat(placement.path("reason").asString()).contains("may run on drafts only");
        });
        assertThat(CLUSTER.ring(Question.TINY)).containsExactly(answers);
        CLUSTER.restore(DRAFT);
        assertThat(CLUSTER.ring(DRAFT)).containsExactly(drafts);
        awaitProposals();
    }

    @Test
    void withoutItsJudgeAnAnswerFailsOrGoesOnAsItsPipelineSays() {
        Reader.Answer judged = whole(answers, ask("judged-if-possible")).answer();
        judges.kill();
        await().atMost(ClusterProcess.PATIENCE).untilAsserted(() -> {
            JsonNode placement = answers.api().placement(JUDGE).orElseThrow();
            assertThat(placement.path("state").asString()).isEqualTo("waiting");
        });
        Reader goesOn = whole(answers, ask("judged-if-possible"));
        assertThat(goesOn.answer()).isEqualTo(judged);
        assertThat(goesOn.exoflux().has("validated")).isFalse();
        assertThat(Reader.of(answers, ask("judged")).answer().error())
                .contains("validator_lost", "cannot decide its rule judge", "may run on judges only", "Maybe");
        assertThat(whole(answers, ask("three-peers"))
                        .exoflux()
                        .path("validated")
                        .asBoolean())
                .isTrue();
        CLUSTER.restore(JUDGE);
        assertThat(whole(answers, ask("judged-if-possible")).exoflux().has("validated"))
                .isTrue();
    }

    @Test
    void whicheverPeerIsAskedTellsOfAllModelsAndNamesAHeadThatIsSilent() throws IOException {
        JsonNode whole = judges.api().get("/api/flow").body();
        assertThat(whole.path("silent")).isEmpty();
        List.of(Question.TINY, DRAFT, JUDGE)
                .forEach(model ->
                        assertThat(flow(whole, model).has("ring")).as(model).isTrue());
        drafts.signal("STOP");
        try {
            JsonNode partial = judges.api().get("/api/flow").body();
            assertThat(partial.path("silent").valueStream().map(JsonNode::asString))
                    .containsExactly(CLUSTER.id(drafts));
            assertThat(flow(partial, DRAFT).has("ring")).isFalse();
            assertThat(flow(partial, Question.TINY).has("ring")).isTrue();
        } finally {
            drafts.signal("CONT");
        }
    }

    private static JsonNode flow(JsonNode all, String model) {
        return all.path("models")
                .valueStream()
                .filter(its -> its.path("model").asString().equals(model))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRestartOfAllKeepsPipelinesAndTheirTokens() throws IOException {
        Question sampled = ask("three-peers").sampled(11);
        List<Integer> before = whole(drafts, sampled).answer().ids();
        JsonNode deployed = judges.api().get("/api/pipelines").body();
        assertThat(deployed.findValuesAsString("name")).contains("judged", "judged-if-possible", "three-peers");
        CLUSTER.running().forEach(ClusterProcess::kill);
        restore();
        await().atMost(ClusterProcess.PATIENCE)
                .untilAsserted(() ->
                        assertThat(judges.api().get("/api/pipelines").body()).isEqualTo(deployed));
        for (ClusterProcess peer : CLUSTER.running()) {
            assertThat(whole(peer, sampled).answer().ids()).isEqualTo(before);
        }
    }
}
