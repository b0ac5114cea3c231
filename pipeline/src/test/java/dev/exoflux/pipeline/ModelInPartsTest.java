package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** What peers hold of a model between them says what one peer says that holds it all. */
final class ModelInPartsTest {

    @TempDir
    private Path folder;

    @TempDir
    private static Path libraries;

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);
    private ModelDirectory directory;

    @BeforeEach
    void copy() throws IOException {
        directory = TestModels.open(TestModels.copy(folder, TestRing.THREE_LAYERS));
    }

    @AfterEach
    void leavesNothingBehind() {
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    private GenerationRequest request() {
        SamplingSettings drawn = SamplingSettings.builder()
                .temperature(0.8f)
                .seed(5)
                .topLogprobs(2)
                .build();
        return new GenerationRequest(
                directory.id(), new Prompt.Text("How many layers?"), drawn, 20, List.of(), true, false);
    }

    private List<Token> whole() {
        try (Peer peer = Peer.start(List.of(directory), backend, TestRing.settings(1, 16), libraries)) {
            peer.loaded().block(TestRing.PATIENCE);
            return Objects.requireNonNull(peer.generate(request()).collectList().block(TestRing.PATIENCE));
        }
    }

    @Test
    void saysWhatTheWholeModelSays() {
        List<Token> whole = whole();
        List<HostedShard> shards = Planner.tile(3, 2).stream()
                .map(shard -> HostedShard.load(directory, shard, backend))
                .toList();
        AnsweringModel text = AnsweringModel.open(directory, 256, libraries);
        Mesh mesh = new LocalMesh(shards.stream().map(HostedShard::stage).toList());
        RingAnswers answers =
                RingAnswers.of(Rings.of(mesh), TestRing.settings(2, 16), 8, 64, 16, Proposers.WITHOUT_MODELS);

        StepVerifier.create(text.generate(request(), answers))
                .expectNextSequence(whole)
                .expectComplete()
                .verify(TestRing.PATIENCE);

        assertThat(shards).allMatch(shard -> shard.cacheBytes() > 0);
        assertThat(answers.metrics().prefixes().bytes() % (64 * 16)).isZero();
        answers.shutdown(Duration.ZERO).block(TestRing.PATIENCE);
        shards.forEach(HostedShard::close);
        text.close();
    }

    @Test
    void letsMoreAnswersInThanItHasMemoryForIfAllWereAsLongAsTheContext() {
        PipelineSettings settings = TestRing.settings(1, 16);
        RingAnswers answers =
                RingAnswers.of(Rings.of(new HeldMesh(1, 64)), settings, 5, 10, 16, Proposers.WITHOUT_MODELS);
        for (int i = 0; i < settings.maxConcurrency(); i++) {
            answers.open(TestRing.request(92, 36)).subscribe(new Reader(0));
        }
        assertThat(answers.metrics().live()).isEqualTo(8);
        assertThat(answers.metrics().reservedBytes()).isEqualTo(10L * 128 * 8);
        assertThat(answers.metrics().budgetBytes()).isEqualTo(10L * 256 * 5);
        StepVerifier.create(answers.open(TestRing.request(256 * 5, 1)))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                told -> assertThat(told.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY)))
                .verify(TestRing.PATIENCE);
        answers.shutdown(Duration.ZERO).block(TestRing.PATIENCE);
    }

    @Test
    void namesItsLayersForPeople() {
        try (HostedShard middle = HostedShard.load(directory, new Shard(new LayerRange(1, 2), 3), backend)) {
            assertThat(middle)
                    .hasToString("layers 1 to 1 (of 3) of %s, 0 MiB; not warmed up".formatted(directory.id()));
            assertThat(middle.weightBytes()).isPositive();
        }
    }

    @Test
    void leavesNothingBehindWhereAShardCannotBeLoaded() throws IOException {
        Files.delete(directory.path().resolve("model.safetensors"));
        assertThatThrownBy(() -> HostedShard.load(directory, Shard.whole(3), backend))
                .isInstanceOf(ExofluxException.class);
    }

    @Test
    void needsNoWeightsForTheText() throws IOException {
        Files.delete(directory.path().resolve("model.safetensors"));
        try (AnsweringModel text = AnsweringModel.open(directory, 256, libraries)) {
            StepVerifier.create(text.encode(new Prompt.Text("How many?")).flatMap(text::decode))
                    .assertNext(words -> assertThat(words).contains("How many?"))
                    .expectComplete()
                    .verify(TestRing.PATIENCE);
        }
    }
}
