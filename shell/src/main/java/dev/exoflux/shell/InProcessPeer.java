package dev.exoflux.shell;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.Peer;
import dev.exoflux.pipeline.PipelineSettings;
import java.time.Duration;
import java.util.List;

/** A peer with one model within a command's own process: loaded when it is handed out, gone when the command is done. */
final class InProcessPeer implements AutoCloseable {

    private final CpuBackend backend;
    private final Peer peer;
    private final ModelDirectory model;

    private InProcessPeer(CpuBackend backend, Peer peer, ModelDirectory model) {
        this.backend = backend;
        this.peer = peer;
        this.model = model;
    }

    /**
     * Loads a model and waits for it.
     *
     * @param name as {@code --model} takes it
     */
    static InProcessPeer start(Console console, String name, PipelineSettings settings, CpuSettings compute) {
        ModelDirectory directory = Repositories.of(console).resolve(name);
        CpuBackend backend = CpuBackends.create(compute);
        try {
            Peer peer = Peer.start(
                    List.of(directory), backend, settings, console.home().resolve("cache"));
            InProcessPeer started = new InProcessPeer(backend, peer, directory);
            started.awaitLoaded();
            return started;
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private void awaitLoaded() {
        try {
            peer.loaded().block(); // the edge: a command that needs the model waits for it
        } catch (RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    /** Settings for one user who asks one thing at a time, and does not wait for answers he no longer wants. */
    static PipelineSettings forOneUser() {
        PipelineSettings defaults = PipelineSettings.DEFAULTS;
        return new PipelineSettings(
                defaults.stages(),
                defaults.contextLength(),
                1,
                1,
                defaults.prefillChunk(),
                defaults.cacheBytes(),
                defaults.prefixCacheBytes(),
                Duration.ZERO,
                defaults.ringPatience());
    }

    Peer peer() {
        return peer;
    }

    String model() {
        return model.id();
    }

    int vocabularySize() {
        return model.config().vocabularySize();
    }

    String backend() {
        return backend.name();
    }

    int threads() {
        return backend.threads();
    }

    @Override
    public void close() {
        peer.close();
        backend.close();
    }
}
