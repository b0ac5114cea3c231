package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** The built-in model and its draft, on a ring whose rounds take their time: the same answers in fewer rounds. */
final class SpeculationTest {

    private static final int ANSWER = 24;
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Speculation DRAFT = Speculation.by("draft", 4);

    private static final List<String> SUBJECTS = List.of(
            "a hop",
            "a stage",
            "a shard",
            "a peer",
            "the validator",
            "speculative decoding",
            "backpressure",
            "the KV cache",
            "a token",
            "the coordinator");

    private static final List<String> QUESTIONS = List.of(
            "What is %s?",
            "Explain %s to me.",
            "Why do I need %s?",
            "Tell me about %s in one sentence.",
            "How does %s work?",
            "Write a short story about %s.",
            "Hello! What can you say of %s?",
            "List three things about %s.",
            "Is %s fast?",
            "Give me a JSON object about %s.");

    @TempDir
    private static Path home;

    private static CpuBackend backend;
    private static Mesh ring;
    private static Mesh draftRing;
    private static List<int[]> prompts;
    private static int end;

    @BeforeAll
    static void open() {
        ModelRepository models = new ModelRepository(home, home);
        ModelDirectory model = models.resolve("exoflux/tiny");
        backend = CpuBackends.create(2, CpuBackends.Choice.BEST);
        ring = new DelayedMesh(model, 2, backend, Duration.ofMillis(2));
        draftRing = new DelayedMesh(models.resolve("exoflux/tiny-draft"), 1, backend, Duration.ZERO);
        warmUp(draftRing);
        end = model.generation().eosIds().getFirst();
        try (AnsweringModel text = AnsweringModel.open(model, 512, home)) {
            prompts = Objects.requireNonNull(Flux.fromIterable(QUESTIONS)
                    .concatMapIterable(question ->
                            SUBJECTS.stream().map(question::formatted).toList())
                    .concatMap(question -> text.encode(
                            new Prompt.Chat(List.of(Map.of("role", "user", "content", question)), Map.of())))
                    .collectList()
                    .block(TestRing.PATIENCE));
        }
    }

    @AfterAll
    static void leavesNothingBehind() {
        ring.close();
        draftRing.close();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    /** A draft that is not compiled yet takes long, and would be left alone for that. */
    private static void warmUp(Mesh cold) {
        PipelineSettings settings = TestRing.settings(1, 64).promising(512, 8);
        RingAnswers answers = RingAnswers.of(Rings.of(cold), settings, 8, 64, 16, Proposers.WITHOUT_MODELS);
        Flux.range(0, 300)
                .flatMap(i -> answers.open(TestRing.request(20 + i % 50, 4)), 8)
                .blockLast(TestRing.PATIENCE);
        answers.shutdown(GRACE).block(TestRing.PATIENCE);
    }

    private record Run(List<List<Integer>> answers, int rounds, Speculated speculated) {}

    private static Run run(SamplingSettings sampling, @Nullable Speculation speculation, int atOnce) {
        return run(
                Flux.range(0, prompts.size())
                        .map(i -> new SequenceRequest(
                                prompts.get(i), sampling.toBuilder().seed(i).build(), ANSWER, Set.of(end), false)),
                speculation,
                atOnce);
    }

    private static Run run(Flux<SequenceRequest> requests, @Nullable Speculation speculation, int atOnce) {
        PipelineSettings settings = TestRing.settings(1, 64).promising(512, 8);
        RingAnswers drafts = RingAnswers.of(Rings.of(draftRing), settings, 8, 64, 16, Proposers.WITHOUT_MODELS);
        RingAnswers answers = RingAnswers.of(
                Rings.of(ring), settings, 8, 64, 16, ignored -> new ModelProposer(drafts, 512, Integer.MAX_VALUE));
        List<SequenceToken> last = new ArrayList<>();
        List<List<Integer>> ids = Objects.requireNonNull(requests.map(request -> request.speculating(speculation))
                .flatMapSequential(request -> answers.open(request).collectList(), atOnce)
                .doOnNext(answer -> last.add(answer.getLast()))
                .map(answer -> answer.stream().map(SequenceToken::id).toList())
                .collectList()
                .block(TestRing.PATIENCE.multipliedBy(3)));
        int rounds = (int) answers.metrics().batches();
        assertThat(drafts.metrics().live()).isZero();
        answers.shutdown(GRACE).then(drafts.shutdown(GRACE)).block(TestRing.PATIENCE);
        Speculated speculated = Speculated.NONE;
        for (SequenceToken token : last) {
            speculated = speculated.plus(
                    token.speculated().proposed(), token.speculated().accepted());
        }
        return new Run(ids, rounds, speculated);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "8, 1.5"})
    void givesTheSameGreedyAnswersInFewerRounds(int atOnce, double fewer) {
        Run plain = run(SamplingSettings.GREEDY, null, atOnce);
        Run speculating = run(SamplingSettings.GREEDY, DRAFT, atOnce);

        assertThat(speculating.answers()).hasSize(100).isEqualTo(plain.answers());
        assertThat(plain.speculated()).isEqualTo(Speculated.NONE);
        assertThat(fewer * speculating.rounds()).isLessThan(plain.rounds());
        assertThat(speculating.speculated().accepted())
                .isGreaterThan(speculating.speculated().proposed() / 2);
    }

    @Test
    void drawsTheSameTokensToo() {
        SamplingSettings sampling = SamplingSettings.builder()
                .temperature(0.8f)
                .topP(0.95f)
                .repetitionPenalty(1.05f)
                .frequencyPenalty(0.1f)
                .build();
        Run plain = run(sampling, null, 8);
        Run speculating = run(sampling, DRAFT, 8);

        assertThat(speculating.answers()).isEqualTo(plain.answers());
        assertThat(1.5 * speculating.rounds()).isLessThan(plain.rounds());
    }

    /** A small model that is not let go on beyond its end says the same again and again. */
    @Test
    void needsNoModelWhereAnswersRepeatThemselves() {
        Flux<SequenceRequest> endless = Flux.range(0, 4)
                .map(i -> new SequenceRequest(prompts.get(i), SamplingSettings.GREEDY, 200, Set.of(), false));
        Run plain = run(endless, null, 4);
        Run speculating = run(endless, Speculation.byLookUp(4), 4);

        assertThat(speculating.answers()).isEqualTo(plain.answers());
        assertThat(1.2 * speculating.rounds()).isLessThan(plain.rounds());
    }
}
