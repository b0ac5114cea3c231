package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** The built-in model and its draft: the same answers in fewer rounds. */
final class SpeculationTest {

    private static final String MODEL = "exoflux/tiny";
    private static final Speculation DRAFT = Speculation.by("exoflux/tiny-draft", 4);

    private static final List<String> SUBJECTS = List.of(
            "a hop", "a stage", "a shard", "a peer", "the validator", "speculative decoding", "backpressure", "the KV cache",
            "a token", "the coordinator");

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
    private static Peer peer;

    @BeforeAll
    static void start() {
        backend = CpuBackends.create(2, CpuBackends.Choice.BEST);
        ModelRepository models = new ModelRepository(home, home);
        List<ModelDirectory> both = List.of(models.resolve(MODEL), models.resolve("exoflux/tiny-draft"));
        peer = Peer.start(both, backend, TestRing.settings(2, 64), home);
        peer.loaded().block(TestRing.PATIENCE);
    }

    @AfterAll
    static void leavesNothingBehind() {
        peer.close();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    private static List<GenerationRequest> requests(SamplingSettings sampling, @Nullable Speculation speculation) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (String question : QUESTIONS) {
            for (String subject : SUBJECTS) {
                Prompt prompt = new Prompt.Chat(List.of(Map.of("role", "user", "content", question.formatted(subject))), Map.of());
                requests.add(new GenerationRequest(
                        MODEL,
                        prompt,
                        sampling.toBuilder().seed(requests.size()).build(),
                        60,
                        List.of(),
                        false,
                        false,
                        speculation));
            }
        }
        return requests;
    }

    private static List<List<Token>> answers(List<GenerationRequest> requests, int atOnce) {
        return Objects.requireNonNull(Flux.fromIterable(requests)
                .flatMapSequential(request -> peer.generate(request).collectList(), atOnce)
                .collectList()
                .block(TestRing.PATIENCE.multipliedBy(6)));
    }

    private static List<List<Integer>> ids(List<List<Token>> answers) {
        return answers.stream()
                .map(answer -> answer.stream().map(Token::id).toList())
                .toList();
    }

    private static Speculated speculated(List<List<Token>> answers) {
        Speculated all = Speculated.NONE;
        for (List<Token> answer : answers) {
            Speculated one = Objects.requireNonNull(answer.getLast().finish()).speculated();
            all = all.plus(one.proposed(), one.accepted());
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void answersGreedilyWithTheSameTokens(int atOnce) {
        List<List<Token>> plain = answers(requests(SamplingSettings.GREEDY, null), atOnce);
        long begun = System.nanoTime();
        List<List<Token>> speculating = answers(requests(SamplingSettings.GREEDY, DRAFT), atOnce);

        assertThat(ids(speculating)).isEqualTo(ids(plain));
        assertThat(speculated(plain)).isEqualTo(Speculated.NONE);
        Speculated speculated = speculated(speculating);
        int tokens = ids(plain).stream().mapToInt(List::size).sum();
        System.err.println(atOnce + " at once: " + speculated + " of " + tokens + " in " + (System.nanoTime() - begun) / 1_000_000);
        assertThat(speculated.accepted()).isBetween(1, tokens);
    }

    @Test
    void drawsTheSameTokensToo() {
        SamplingSettings sampling = SamplingSettings.builder().temperature(0.8f).topP(0.95f).repetitionPenalty(1.05f).build();
        List<List<Token>> plain = answers(requests(sampling, null), 4);
        List<List<Token>> speculating = answers(requests(sampling, DRAFT), 4);
        System.err.println(speculated(speculating) + " of " + ids(plain).stream().mapToInt(List::size).sum());

        assertThat(ids(speculating)).isEqualTo(ids(plain));
        assertThat(speculated(speculating).accepted()).isPositive();
    }

    @Test
    void looksUpWhatWasThereBefore() {
        List<List<Token>> plain = answers(requests(SamplingSettings.GREEDY, null), 4);
        List<List<Token>> speculating = answers(requests(SamplingSettings.GREEDY, Speculation.byLookUp(4)), 4);
        System.err.println(speculated(speculating) + " of " + ids(plain).stream().mapToInt(List::size).sum());

        assertThat(ids(speculating)).isEqualTo(ids(plain));
        assertThat(speculated(speculating).accepted()).isPositive();
    }
}
