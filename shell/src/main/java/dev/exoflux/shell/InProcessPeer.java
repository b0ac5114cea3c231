package dev.exoflux.shell;

import dev.exoflux.model.Backend;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.Peer;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.shell.ComputeOptions.Compute;
import dev.exoflux.starter.Backends;
import java.time.Duration;
import java.util.List;

/** A peer within a command's own process: its models are loaded when it is handed out, and gone when the command is done. */
final class InProcessPeer implements AutoCloseable {

    private final Backend backend;
    private final int threads;
    private final Peer peer;
    private final ModelDirectory model;

    private InProcessPeer(Backend backend, int threads, Peer peer, ModelDirectory model) {
        this.backend = backend;
        this.threads = threads;
        this.peer = peer;
        this.model = model;
    }

    /**
     * Loads a model and waits for it.
     *
     * @param name as {@code --model} takes it
     */
    static InProcessPeer start(Console console, String name, PipelineSettings settings, Compute compute) {
        return start(console, List.of(name), settings, compute);
    }

    /** The same of several models; the first is {@link #model the} model. */
    static InProcessPeer start(Console console, List<String> names, PipelineSettings settings, Compute compute) {
        ModelRepository repository = Repositories.of(console);
        List<ModelDirectory> directories =
                names.stream().map(repository::resolve).toList();
        Backend backend = Backends.create(compute.choice(), compute.cpu(), compute.mlx());
        try {
            Peer peer =
                    Peer.start(directories, backend, settings, console.home().resolve("cache"));
            InProcessPeer started = new InProcessPeer(backend, compute.cpu().threads(), peer, directories.getFirst());
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
        return forOneUser(1, 1);
    }

    /** The same where what he asks may become several requests, of which so many run and wait at once. */
    static PipelineSettings forOneUser(int concurrency, int queue) {
        PipelineSettings defaults = PipelineSettings.DEFAULTS;
        return new PipelineSettings(
                defaults.stages(),
                defaults.contextLength(),
                concurrency,
                queue,
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

    /** Threads that the CPU backend uses, or would. */
    int threads() {
        return threads;
    }

    @Override
    public void close() {
        peer.close();
        backend.close();
    }
}
