package dev.exoflux.starter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.pipeline.ServingPeer;
import dev.exoflux.pipeline.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** An application that has no web server and knows nothing of exoflux but its properties. */
final class ExofluxAutoConfigurationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path home;

    private ApplicationContextRunner application;
    private Path checkpoint;

    @BeforeEach
    void prepare() throws IOException {
        // compiling and trying kernels takes seconds, and every test has a home of its own
        Path compiled = Files.createDirectories(Path.of("target", "native").toAbsolutePath());
        Files.createSymbolicLink(home.resolve("native"), compiled);
        checkpoint = TestCheckpoints.servable("llama-gqa-4-2-tied", home.resolve("elsewhere"));
        application = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ExofluxAutoConfiguration.class))
                .withUserConfiguration(Listening.class)
                .withPropertyValues("exoflux.home=" + home, "exoflux.model=" + checkpoint, "exoflux.threads=1");
    }

    @Test
    void offersAGeneratorThatStreams() {
        application.run(context -> {
            context.getBean(Listening.class).ready.asMono().block(PATIENCE);
            List<Token> tokens = context.getBean(Generator.class)
                    .generate(request("llama-gqa-4-2-tied", 7))
                    .collectList()
                    .block(PATIENCE);
            assertThat(tokens).hasSize(7);
        });
    }

    @Test
    void servesSeveralModels() {
        Path second = TestCheckpoints.servable("qwen3-tied", home.resolve("elsewhere"));
        application
                .withPropertyValues("exoflux.model=" + checkpoint + "," + second)
                .run(context -> assertThat(context.getBean(ServedModels.class).all())
                        .extracting(ServedModel::id)
                        .containsExactly("llama-gqa-4-2-tied", "qwen3-tied"));
    }

    @Test
    void passesTheSettingsOn() {
        application
                .withPropertyValues("exoflux.context=99", "exoflux.stages=2", "exoflux.backend=scalar")
                .run(context -> {
                    assertThat(context.getBean(ServedModels.class)
                                    .all()
                                    .getFirst()
                                    .contextLength())
                            .isEqualTo(99);
                    assertThat(context.getBean(Backend.class).name()).contains("scalar");
                });
    }

    @Test
    void readsWhatMlxIsToComputeIn() {
        application
                .withPropertyValues("exoflux.mlx.activations=bf16")
                .run(context -> assertThat(
                                context.getBean(ExofluxProperties.class).mlx().activations())
                        .isEqualTo(MlxActivations.BF16));
    }

    @ParameterizedTest
    @CsvSource({"'', -1", "0, 0", "512, 536870912", "2GB, 2147483648"})
    void readsThePrefixCacheInMebibytesUnlessItSaysOtherwise(String value, long bytes) {
        application
                .withPropertyValues("exoflux.prefix-cache=" + value)
                .run(context -> assertThat(context.getBean(ExofluxProperties.class)
                                .pipeline()
                                .prefixCacheBytes())
                        .isEqualTo(bytes));
    }

    @Test
    void keepsAGeneratorOfTheApplication() {
        application.withUserConfiguration(OwnGenerator.class).run(context -> {
            assertThat(context).hasSingleBean(Generator.class).doesNotHaveBean(ServingPeer.class);
            assertThat(context).doesNotHaveBean(PeerLifecycle.class);
        });
    }

    @Test
    void keepsARepositoryOfTheApplication() {
        application
                .withUserConfiguration(OwnRepository.class)
                .run(context -> assertThat(context)
                        .getBean(ModelRepository.class)
                        .isSameAs(context.getBean(OwnRepository.class).repository()));
    }

    @Test
    void failsToStartWithoutTheModelAndSaysWhatMayHelp() {
        application.withPropertyValues("exoflux.model=no/such-model").run(context -> {
            FailureAnalysis analysis =
                    new ExofluxFailureAnalyzer().analyze(requireNonNull(context.getStartupFailure()));
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).contains("no/such-model");
            assertThat(analysis.getAction()).startsWith("Maybe");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "threads, 0",
        "threads, 100000",
        "context, 100000",
        "stages, 99",
        "max-concurrency, 0",
        "backend, gpu",
        "prefix-cache, -1",
        "grace, soon"
    })
    void failsToStartWithABadSettingAndNamesBoth(String name, String value) {
        application
                .withPropertyValues("exoflux.%s=%s".formatted(name, value))
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(name)
                        .hasStackTraceContaining(value));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void logsWhatAListenerOfItsEventsThrows(CapturedOutput output) {
        application.withUserConfiguration(Unwell.class).run(context -> {
            await().atMost(PATIENCE).until(() -> output.getAll().contains("A listener of ModelsReady failed"));
            assertThat(output).contains("no appetite").doesNotContain("onErrorDropped");
        });
    }

    @Test
    void tellsTheApplicationWhenAModelCannotBeLoaded() throws IOException {
        Files.write(checkpoint.resolve("model.safetensors"), new byte[] {1, 2, 3});
        application.run(context -> {
            Throwable failure = context.getBean(Listening.class).failed.asMono().block(PATIENCE);
            assertThat(failure).hasMessageContaining("model.safetensors");
            assertThat(failure).extracting("code").isEqualTo(ErrorCode.MODEL_INVALID);
        });
    }

    @Test
    void refusesRequestsOnceItStops() {
        application.run(context -> {
            Listening listening = context.getBean(Listening.class);
            listening.ready.asMono().block(PATIENCE);
            Generator generator = context.getBean(Generator.class);
            context.getSourceApplicationContext().close();
            StepVerifier.create(generator.generate(request("llama-gqa-4-2-tied", 1)))
                    .verifyErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(ExofluxException.class)
                            .extracting("code")
                            .isEqualTo(ErrorCode.SHUTTING_DOWN));
        });
    }

    private static GenerationRequest request(String model, int tokens) {
        return new GenerationRequest(
                model, new Prompt.Ids(List.of(5, 6, 7)), SamplingSettings.GREEDY, tokens, List.of(), true, false);
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {

        final Sinks.One<ServingPeer> ready = Sinks.one();
        final Sinks.One<Throwable> failed = Sinks.one();

        @EventListener
        void ready(ModelsReady event) {
            ready.tryEmitValue(event.peer());
        }

        @EventListener
        void failed(ModelsFailed event) {
            failed.tryEmitValue(event.failure());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Unwell {

        @EventListener
        void ready(ModelsReady event) {
            throw new IllegalStateException("no appetite for " + event.peer().all());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnGenerator {

        @Bean
        Generator generator() {
            return request -> Flux.empty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRepository {

        private final ModelRepository repository = new ModelRepository(Path.of("none"), Path.of("none"));

        @Bean
        ModelRepository repository() {
            return repository;
        }
    }
}
