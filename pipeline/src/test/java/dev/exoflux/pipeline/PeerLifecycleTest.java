package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** How models come and go. */
final class PeerLifecycleTest {

    private static final String MODEL = "test/qwen2-window";

    @TempDir
    private Path folder;

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private Path directory = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        directory = TestModels.copy(folder, "qwen2-window");
    }

    @AfterEach
    void leavesNothingBehind() {
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    private Peer peer(PipelineSettings settings, ModelDirectory... models) {
        return Peer.of(List.of(models), backend, settings, folder.resolve("djl"));
    }

    private static Flux<Token> answer(Peer peer, int maxTokens) {
        return peer.generate(new GenerationRequest(
                MODEL, new Prompt.Text("Hello"), SamplingSettings.GREEDY, maxTokens, List.of(), false, false));
    }

    private static void expect(Flux<Token> answer, ErrorCode code) {
        StepVerifier.create(answer)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                e -> assertThat(e.code()).isEqualTo(code)))
                .verify(TestRing.PATIENCE);
    }

    @Test
    void isLoadingUntilItIsLoaded() {
        try (Peer peer = peer(TestRing.settings(1, 16), TestModels.open(directory))) {
            assertThat(peer.all()).singleElement().returns(ServedModel.State.LOADING, ServedModel::state);
            expect(answer(peer, 3), ErrorCode.LOADING);
            assertThatThrownBy(() -> peer.metrics(MODEL)).hasMessageContaining("still being loaded");
            assertThat(peer.require(MODEL).contextLength()).isEqualTo(256);

            peer.load();
            peer.loaded().block(TestRing.PATIENCE);

            assertThat(peer.require(MODEL).state()).isEqualTo(ServedModel.State.READY);
            StepVerifier.create(answer(peer, 3))
                    .expectNextCount(3)
                    .expectComplete()
                    .verify(TestRing.PATIENCE);
        }
    }

    @Test
    void tellsWhyAModelCouldNotBeLoadedAndServesTheOther() throws IOException {
        Path broken = TestModels.copy(folder, "llama-mha");
        Files.delete(broken.resolve("tokenizer.json"));
        try (Peer peer = peer(TestRing.settings(1, 16), TestModels.open(broken), TestModels.open(directory))) {
            peer.load();
            StepVerifier.create(peer.loaded())
                    .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("tokenizer.json"))
                    .verify(TestRing.PATIENCE);
            assertThat(peer.require("test/llama-mha").state()).isEqualTo(ServedModel.State.FAILED);
            assertThatThrownBy(() -> peer.metrics("test/llama-mha")).hasMessageContaining("tokenizer.json");
            StepVerifier.create(answer(peer, 3))
                    .expectNextCount(3)
                    .expectComplete()
                    .verify(TestRing.PATIENCE);
        }
    }

    @Test
    void freesTheStagesItHasIfALaterOneCannotBeLoaded() {
        FailingBackend failing = new FailingBackend(backend, 20);
        try (Peer peer = Peer.start(
                List.of(TestModels.open(directory)), failing, TestRing.settings(3, 16), folder.resolve("djl"))) {
            StepVerifier.create(peer.loaded())
                    .expectErrorSatisfies(error -> assertThat(error).hasMessage("no room for the weights"))
                    .verify(TestRing.PATIENCE);
            assertThat(failing.loaded()).isEqualTo(20);
            assertThat(backend.residentBytes()).isZero();
        }
    }

    @Test
    void refusesAModelWhoseCachesHaveNoRoom() {
        PipelineSettings little = new PipelineSettings(1, 0, 8, 8, 16, 50_000, 0, Duration.ZERO, TestRing.PATIENCE);
        try (Peer peer = peer(little, TestModels.open(directory))) {
            peer.load();
            StepVerifier.create(peer.loaded())
                    .expectErrorSatisfies(error -> assertThat(error)
                            .hasMessageContaining("50000 of them for caches")
                            .hasMessageContaining("Maybe start with --context"))
                    .verify(TestRing.PATIENCE);
            expect(answer(peer, 3), ErrorCode.OUT_OF_MEMORY);
        }
    }

    @Test
    void refusesSettingsThatDoNotSuitTheModel() {
        ModelDirectory model = TestModels.open(directory);
        assertThatThrownBy(() -> peer(TestRing.settings(4, 16), model))
                .hasMessageContaining("3 layers cannot be cut into 4 stages");
        PipelineSettings wide = new PipelineSettings(1, 257, 8, 8, 16, 0, 0, Duration.ZERO, TestRing.PATIENCE);
        assertThatThrownBy(() -> peer(wide, model))
                .hasMessageContaining("context is 257")
                .hasMessageContaining("256");
        assertThatThrownBy(() -> peer(TestRing.settings(1, 16), model, model))
                .hasMessageContaining("Two models are called");
        assertThatThrownBy(() -> peer(TestRing.settings(1, 16))).hasMessageContaining("no model");
        assertThatThrownBy(() -> new PipelineSettings(1, 0, 0, 8, 16, 0, 0, Duration.ZERO, TestRing.PATIENCE))
                .hasMessage("max-concurrency is 0; it has to be at least 1.");
    }

    @Test
    void endsAnswersThatOutlastItsGrace() {
        Peer peer = peer(
                new PipelineSettings(2, 0, 8, 8, 16, 0, 0, Duration.ofMillis(50), TestRing.PATIENCE),
                TestModels.open(directory));
        peer.load();
        peer.loaded().block(TestRing.PATIENCE);
        StepVerifier.create(answer(peer, 100), 2)
                .expectNextCount(2)
                .then(peer::close)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("shutting down"))
                .verify(TestRing.PATIENCE);
        expect(answer(peer, 3), ErrorCode.SHUTTING_DOWN);
    }

    @Test
    void mayBeClosedByWhoeverIsToldThatItFailed() throws IOException {
        Files.delete(directory.resolve("tokenizer.json"));
        Peer peer = peer(TestRing.settings(1, 16), TestModels.open(directory));
        peer.load();
        StepVerifier.create(peer.loaded().doOnError(failure -> peer.close()))
                .expectError(ExofluxException.class)
                .verify(TestRing.PATIENCE);
    }

    @Test
    void mayBeClosedWhileItLoads() {
        Peer peer = peer(TestRing.settings(1, 16), TestModels.open(directory));
        peer.load();
        peer.close();
        peer.close();
        assertThat(backend.residentBytes()).isZero();
    }
}
