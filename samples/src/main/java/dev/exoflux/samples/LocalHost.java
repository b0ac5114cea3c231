package dev.exoflux.samples;

import dev.exoflux.dsl.run.Beans;
import dev.exoflux.dsl.run.MemoryStore;
import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.dsl.run.ServedHere;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Peer;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The built-in models in this process, without any framework, and pipelines over them. */
final class LocalHost implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CpuBackend backend = CpuBackends.create();
    private final PipelinePeer pipelines;

    /** Loads the models; blocks for about a second. */
    LocalHost(String... models) {
        Path home = Path.of(System.getProperty("exoflux.home", System.getProperty("user.home") + "/.exoflux"));
        ModelRepository repository = new ModelRepository(home, home);
        Peer peer = Peer.start(
                List.of(models).stream().map(repository::resolve).toList(),
                backend,
                PipelineSettings.DEFAULTS,
                home.resolve("cache"));
        peer.loaded().block(PATIENCE);
        pipelines = new PipelinePeer(peer, new MemoryStore(), new ServedHere(peer), Beans.NONE);
    }

    PipelinePeer pipelines() {
        return pipelines;
    }

    /** A question to a pipeline, whose own settings hold where it says nothing. */
    GenerationRequest ask(String pipeline, String question) {
        Prompt prompt = new Prompt.Chat(List.of(Map.of("role", "user", "content", question)), Map.of());
        SamplingSettings sampling = pipelines.require(pipeline).sampling();
        return new GenerationRequest(pipeline, prompt, sampling, 80, List.of(), false, false);
    }

    @Override
    public void close() {
        pipelines.close();
        backend.close();
    }
}
