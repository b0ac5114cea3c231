package dev.exoflux.dsl.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.exoflux.dsl.Inference;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.ShardSeed;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.Gate;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Peer;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.FinishReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Pipelines over the built-in models, in this process. */
final class PipelinePeerTest {

    private static final String MODEL = "exoflux/tiny";
    private static final String DRAFT = "exoflux/tiny-draft";
    private static final String QUESTION = "What is a hop?";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path home;

    private static CpuBackend backend;
    private static Peer models;

    private final MemoryStore store = new MemoryStore();
    private PipelinePeer peer;

    @BeforeAll
    static void serve() {
        backend = CpuBackends.create(2, CpuBackends.Choice.BEST);
        ModelRepository repository = new ModelRepository(home, home);
        models = Peer.start(
                List.of(repository.resolve(MODEL), repository.resolve(DRAFT)),
                backend,
                PipelineSettings.DEFAULTS,
                home);
        models.loaded().block(PATIENCE);
    }

    @AfterAll
    static void leavesNothingBehind() {
        models.close();
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    @BeforeEach
    void open() {
        peer = new PipelinePeer(models, store, new ServedHere(models), new Beans() {
            @Override
            public @Nullable Function<Flux<Token>, Flux<Token>> after(String name) {
                return name.equals("counting") ? tokens -> tokens.take(3) : null;
            }
        });
    }

    @AfterEach
    void holdsNoSequence() {
        await().atMost(PATIENCE).until(() -> models.metrics(MODEL).live() == 0);
    }

    private void deploy(String yaml) {
        List<PipelineDefinition> pipelines = PipelineYaml.read("test", yaml.getBytes(UTF_8));
        peer.deploy(pipelines).block(PATIENCE);
    }

    private static GenerationRequest ask(String model, String question, SamplingSettings sampling) {
        Prompt prompt = new Prompt.Chat(List.of(Map.of("role", "user", "content", question)), Map.of());
        return new GenerationRequest(model, prompt, sampling, 60, List.of(), false, false);
    }

    private static List<Token> answer(Generator generator, GenerationRequest request) {
        return Objects.requireNonNull(generator.generate(request).collectList().block(PATIENCE));
    }

    private List<Token> answer(String model) {
        return answer(peer, ask(model, QUESTION, peer.require(model).sampling()));
    }

    private static String text(List<Token> tokens) {
        return tokens.stream().map(Token::text).collect(Collectors.joining());
    }

    private static Token.Finish finish(List<Token> tokens) {
        return Objects.requireNonNull(tokens.getLast().finish());
    }

    @Test
    void isAModelByAnotherName() {
        deploy("""
                pipeline: mine
                main: { model: exoflux/tiny }
                sampling: { temperature: 0, seed: 7 }
                """);
        ServedModel mine = peer.require("mine");
        assertThat(mine.sampling().temperature()).isZero();
        assertThat(mine.sampling().seed()).isEqualTo(7);
        assertThat(mine.contextLength()).isEqualTo(models.require(MODEL).contextLength());
        assertThat(peer.all()).extracting(ServedModel::id).containsExactly(MODEL, DRAFT, "mine");
        assertThat(peer.own()).extracting(ServedModel::id).containsExactly(MODEL, DRAFT);
        assertThat(text(answer("mine"))).isEqualTo(text(answer(models, ask(MODEL, QUESTION, SamplingSettings.GREEDY))));
    }

    @Test
    void aTriadGuessesAndReadsAlongAndAnswersTheSame() {
        deploy("""
                pipeline: careful
                triad:
                  main:        { trit: 0,  model: exoflux/tiny }
                  speculative: { trit: +1, model: exoflux/tiny-draft, draft-tokens: 4 }
                  validator:   { trit: -1, rules: [ { max-length: 2000 }, { forbid: "(?i)password" } ] }
                sampling: { temperature: 0 }
                """);
        List<Token> careful = answer("careful");
        assertThat(text(careful)).isEqualTo(text(answer(MODEL)));
        assertThat(finish(careful).verdict()).isEqualTo(Token.Verdict.VALID);
        assertThat(finish(careful).speculated().proposed()).isPositive();
    }

    @Test
    void aBrokenRuleEndsTheAnswerBeforeIt() {
        String whole = text(answer(models, ask(MODEL, QUESTION, SamplingSettings.GREEDY)));
        String word = whole.substring(20, 26);
        deploy("""
                pipeline: strict
                triad:
                  main: { model: exoflux/tiny }
                  speculative: { model: exoflux/tiny-draft, draft-tokens: 4 }
                  validator: { rules: [ { forbid: "\\\\Q%s\\\\E", name: no-word } ] }
                sampling: { temperature: 0 }
                """.formatted(word));
        List<Token> strict = answer("strict");
        assertThat(finish(strict).reason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(Objects.requireNonNull(finish(strict).verdict()).rule()).isEqualTo("no-word");
        assertThat(whole).startsWith(text(strict));
        assertThat(text(strict)).doesNotContain(word);
        assertThat(finish(strict).speculated().proposed()).isPositive();
    }

    @Test
    void routesFallBackAndFanOutReachEachOther() {
        deploy("""
                pipeline: small
                main: { model: exoflux/tiny-draft }
                sampling: { temperature: 0 }
                ---
                pipeline: chosen
                router:
                  rules: [ { prompt-matches: "(?i)hop", to: safe } ]
                  otherwise: small
                ---
                pipeline: safe
                fallback: [ voices, exoflux/tiny ]
                ---
                pipeline: voices
                fan-out: { join: first, to: [ exoflux/tiny, exoflux/tiny ] }
                """);
        GenerationRequest hop = ask("chosen", QUESTION, SamplingSettings.GREEDY);
        assertThat(text(answer(peer, hop)))
                .isEqualTo(text(answer(models, ask(MODEL, QUESTION, SamplingSettings.GREEDY))));
        GenerationRequest other = ask("chosen", "Who are you?", SamplingSettings.GREEDY);
        assertThat(text(answer(peer, other)))
                .isEqualTo(text(answer(models, ask(DRAFT, "Who are you?", SamplingSettings.GREEDY))));
        assertThat(PipelinePeer.models(peer.pipelines().getFirst())).isEmpty();
        assertThat(peer.pipelines())
                .extracting(PipelineDefinition::name)
                .containsExactly("chosen", "safe", "small", "voices");
    }

    @Test
    void voicesWithTritsDrawAsTheBranchesOfATriad() {
        deploy("""
                pipeline: voices
                fan-out:
                  join: all
                  to:
                    - main: { trit: -1, model: exoflux/tiny }
                    - main: { trit: 0,  model: exoflux/tiny }
                    - main: { trit: +1, model: exoflux/tiny }
                sampling: { temperature: 3, seed: 42 }
                """);
        String all = text(answer("voices"));
        List<String> apart = IntStream.of(2, 0, 1)
                .mapToObj(branch -> peer.require("voices").sampling().toBuilder()
                        .seed(ShardSeed.base(42, branch))
                        .build())
                .map(sampling -> text(answer(models, ask(MODEL, QUESTION, sampling))))
                .toList();
        assertThat(apart).doesNotHaveDuplicates();
        assertThat(all).containsSubsequence(apart);
        assertThat(text(answer("voices"))).isEqualTo(all);
    }

    @Test
    void theSentenceInJavaRunsHereAlone() {
        Generator shouting = Objects.requireNonNull(Inference.pipeline("shouting")
                .main(m -> m.model(MODEL))
                .after(tokens -> tokens.take(2))
                .deployOn(peer)
                .block(PATIENCE));
        assertThat(answer(shouting, ask("ignored", QUESTION, SamplingSettings.GREEDY)))
                .hasSize(2);
        assertThat(peer.require("shouting").id()).isEqualTo("shouting");
        assertThat(store.all().blockFirst(PATIENCE)).isEmpty();
    }

    @Test
    void ownStagesAreFoundByName() {
        deploy("{ pipeline: short, main: { model: exoflux/tiny }, after: [ counting ] }");
        assertThat(answer("short")).hasSize(3);
        assertThatThrownBy(() -> deploy("{ pipeline: lost, main: { model: exoflux/tiny }, after: [ nobody ] }"))
                .hasMessageContaining("no bean nobody")
                .hasMessageContaining("Maybe");
        assertThat(peer.pipelines()).extracting(PipelineDefinition::name).containsExactly("short");
        assertThatThrownBy(() -> peer.require("shorter"))
                .hasMessageContaining("no model shorter")
                .hasMessageEndingWith("Pipelines here: short.");
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedAndNothingIsDeployed() {
        assertThatThrownBy(() -> deploy("{ pipeline: a, main: { model: nobody/knows } }"))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND))
                .hasMessageContaining("nobody/knows");
        assertThatThrownBy(() -> deploy("{ pipeline: a, main: { model: exoflux/tiny, stages: 2 } }"))
                .hasMessageContaining("this peer is alone");
        assertThat(peer.pipelines()).isEmpty();
    }

    @Test
    void followsTheStoreAndRemovesWhatNobodyNames() {
        deploy("""
                pipeline: base
                main: { model: exoflux/tiny }
                ---
                pipeline: over
                fallback: [ base, exoflux/tiny ]
                """);
        assertThatThrownBy(() -> peer.remove("base").block(PATIENCE)).hasMessageContaining("base is named by over");
        peer.remove("over").block(PATIENCE);
        peer.remove("base").block(PATIENCE);
        assertThat(peer.pipelines()).isEmpty();
        assertThatThrownBy(() -> peer.remove("base").block(PATIENCE)).hasMessageContaining("no pipeline base");
        assertThatThrownBy(() -> peer.require("base")).hasMessageContaining("no model base");

        store.put("base", "{ pipeline: base, main: { model: exoflux/tiny } }").block(PATIENCE);
        assertThat(peer.require("base").contextLength()).isPositive();
    }

    @Test
    void itsFlowSaysHowManyAreAnsweredAndHowManyWait() {
        deploy("""
                pipeline: narrow
                main: { model: exoflux/tiny }
                flow: { max-concurrency: 1, queue: 1, prefill-chunk: 8, in-flight: 1 }
                """);
        GenerationRequest request = ask("narrow", QUESTION, SamplingSettings.GREEDY);
        StepVerifier.create(peer.generate(request), 1)
                .expectNextCount(1)
                .then(() ->
                        assertThat(models.metrics(MODEL).flow().mostInFlight()).isEqualTo(1))
                .then(() -> assertThat(peer.gates()).containsEntry("narrow", new Gate.Metrics(1, 0, 1, 1)))
                .then(() -> StepVerifier.create(peer.generate(request))
                        .then(() -> StepVerifier.create(peer.generate(request))
                                .expectErrorMatches(refused -> ((ExofluxException) refused).code()
                                                == ErrorCode.OVERLOADED
                                        && String.valueOf(refused.getMessage()).startsWith("narrow answers 1 requests"))
                                .verify(PATIENCE))
                        .thenCancel()
                        .verify(PATIENCE))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(text(answer("narrow")))
                .isEqualTo(text(answer(models, ask(MODEL, QUESTION, SamplingSettings.GREEDY))));
    }

    @Test
    void pipelinesThatNameEachOtherPassBothGates() {
        deploy("""
                pipeline: inner
                main: { model: exoflux/tiny }
                flow: { max-concurrency: 2 }
                ---
                pipeline: outer
                fallback: [ inner, exoflux/tiny ]
                flow: { max-concurrency: 7 }
                """);
        StepVerifier.create(peer.generate(ask("outer", QUESTION, SamplingSettings.GREEDY)), 1)
                .expectNextCount(1)
                .then(() -> assertThat(peer.gates())
                        .containsEntry("inner", new Gate.Metrics(1, 0, 2, 64))
                        .containsEntry("outer", new Gate.Metrics(1, 0, 7, 64)))
                .thenCancel()
                .verify(PATIENCE);
    }
}
