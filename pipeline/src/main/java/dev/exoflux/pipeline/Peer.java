package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A process that serves models, without any framework around it: loads them in the background, answers for them, closes
 * them. Thread-safe.
 */
public final class Peer implements ServingPeer {

    private final List<PeerModel> models;
    private final Sinks.Empty<Void> loaded = Sinks.empty();
    private final Thread loader;
    private volatile boolean closing;

    private Peer(List<PeerModel> models, Backend backend, Path cache) {
        this.models = List.copyOf(models);
        this.loader = Thread.ofPlatform().name("exoflux-loader").daemon().unstarted(() -> load(backend, cache));
    }

    /**
     * A peer that is to serve models. Requests for them fail with LOADING until {@link #load()} has brought them in.
     *
     * @param directories of models with different ids; at least one
     * @param backend what computes; must outlive the peer
     * @param settings of every model
     * @param cache directory for the native library of the tokenizers
     * @throws ExofluxException INVALID_CONFIGURATION for two models of one id, or settings that do not suit a model
     */
    public static Peer of(List<ModelDirectory> directories, Backend backend, PipelineSettings settings, Path cache) {
        if (directories.isEmpty()) {
            throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, "There is no model to serve.");
        }
        List<PeerModel> models = new ArrayList<>();
        for (ModelDirectory directory : directories) {
            if (models.stream().anyMatch(model -> model.id().equals(directory.id()))) {
                throw new ExofluxException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "Two models are called %s.\nMaybe rename the directory of one.".formatted(directory.id()));
            }
            models.add(new PeerModel(directory, settings));
        }
        return new Peer(models, backend, cache);
    }

    /** The same, and {@linkplain #load() loading} already. */
    public static Peer start(List<ModelDirectory> directories, Backend backend, PipelineSettings settings, Path cache) {
        Peer peer = of(directories, backend, settings, cache);
        peer.load();
        return peer;
    }

    /** Starts to load the models, one after the other, and returns at once. To be called once. */
    @Override
    public void load() {
        loader.start();
    }

    @Override
    public Mono<Void> loaded() {
        return loaded.asMono().publishOn(Schedulers.boundedElastic());
    }

    @Override
    public List<ServedModel> all() {
        return List.copyOf(models);
    }

    @Override
    public ServedModel require(String id) {
        return find(id);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> find(request.model()).loaded().generate(request));
    }

    /**
     * What the batcher of a model is at.
     *
     * @throws ExofluxException MODEL_NOT_FOUND, LOADING, or why the model could not be loaded
     */
    public BatcherMetrics metrics(String id) {
        return find(id).loaded().metrics();
    }

    @Override
    public Map<String, BatcherMetrics> batchers() {
        Map<String, BatcherMetrics> batchers = new TreeMap<>();
        models.stream()
                .filter(model -> model.state() == ServedModel.State.READY)
                .forEach(model -> batchers.put(model.id(), model.loaded().metrics()));
        return batchers;
    }

    /**
     * Bytes a decode step of one token reads from a model's weights.
     *
     * @throws ExofluxException MODEL_NOT_FOUND, LOADING, or why the model could not be loaded
     */
    public long weightBytes(String id) {
        return find(id).loaded().weightBytes();
    }

    /**
     * Stops loading, refuses new requests, lets answers finish within the grace of the settings and frees everything. Blocks
     * for as long.
     */
    @Override
    public void close() {
        closing = true;
        join(loader);
        models.reversed().forEach(PeerModel::close);
    }

    private PeerModel find(String id) {
        for (PeerModel model : models) {
            if (model.id().equals(id)) {
                return model;
            }
        }
        throw new ExofluxException(
                ErrorCode.MODEL_NOT_FOUND,
                "There is no model %s here.\nMaybe you mean %s."
                        .formatted(
                                id,
                                String.join(
                                        " or ",
                                        models.stream().map(PeerModel::id).toList())));
    }

    private void load(Backend backend, Path cache) {
        ExofluxException failure = null;
        for (int i = 0; i < models.size() && !closing; i++) {
            long promised =
                    models.stream().mapToLong(PeerModel::unusedCacheBytes).sum();
            MemoryShare share = new MemoryShare(backend.availableBytes(), promised, models.size() - i);
            ExofluxException failed = models.get(i).load(backend, share, cache, drafts(models.get(i)));
            failure = failure == null ? failed : failure;
        }
        if (failure == null && closing) {
            failure = new ExofluxException(ErrorCode.SHUTTING_DOWN, "The peer was closed while it loaded its models.");
        }
        if (failure == null) {
            loaded.tryEmitEmpty();
        } else {
            loaded.tryEmitError(failure);
        }
    }

    /** Models that propose to one. */
    private Proposers drafts(PeerModel model) {
        Map<String, Proposer> known = new ConcurrentHashMap<>();
        return draft -> known.computeIfAbsent(
                draft,
                id -> Proposer.of(Mono.defer(
                        () -> find(id).loaded().proposerFor(model.loaded().answering()))));
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
