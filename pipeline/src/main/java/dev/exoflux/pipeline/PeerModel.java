package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** A model of a {@link Peer} from the moment it is named: loading, then loaded or failed. Thread-safe. */
final class PeerModel implements ServedModel, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerModel.class);

    private final ModelDirectory directory;
    private final PipelineSettings settings;
    private volatile @Nullable LoadedModel loaded;
    private volatile @Nullable ExofluxException failure;

    PeerModel(ModelDirectory directory, PipelineSettings settings) {
        this.directory = directory;
        this.settings = settings.suitedTo(directory.config());
    }

    @Override
    public String id() {
        return directory.id();
    }

    @Override
    public State state() {
        return loaded != null ? State.READY : failure != null ? State.FAILED : State.LOADING;
    }

    @Override
    public int contextLength() {
        return settings.contextLength();
    }

    @Override
    public SamplingSettings sampling() {
        return directory.generation().sampling();
    }

    @Override
    public Mono<int[]> encode(Prompt prompt) {
        return Mono.defer(() -> loaded().answering().encode(prompt));
    }

    @Override
    public Mono<int[]> encode(String text, boolean addSpecial) {
        return Mono.defer(() -> loaded().answering().encode(text, addSpecial));
    }

    @Override
    public Mono<String> render(Prompt.Chat conversation) {
        return Mono.defer(() -> loaded().answering().render(conversation));
    }

    @Override
    public Mono<String> decode(int[] ids) {
        return Mono.defer(() -> loaded().answering().decode(ids));
    }

    @Override
    public byte[] bytesOf(int id) {
        return loaded().answering().bytesOf(id);
    }

    /** @throws ExofluxException LOADING, or why it could not be loaded */
    LoadedModel loaded() {
        LoadedModel model = loaded;
        ExofluxException failed = failure;
        if (model != null) {
            return model;
        }
        if (failed != null) {
            throw new ExofluxException(failed.code(), String.valueOf(failed.getMessage()), failed);
        }
        throw new ExofluxException(
                ErrorCode.LOADING, "The model %s is still being loaded.\nMaybe try again in a moment.".formatted(id()));
    }

    /** Bytes set aside for caches that hold nothing yet: they look free and are not. */
    long unusedCacheBytes() {
        LoadedModel model = loaded;
        return model == null ? 0 : model.unusedCacheBytes();
    }

    /** Loads it; gives the reason if that fails, and then holds nothing. */
    @Nullable
    ExofluxException load(Backend backend, MemoryShare memory, Path cache, Proposers proposers) {
        long start = System.nanoTime();
        try {
            LoadedModel model = LoadedModel.open(directory, backend, settings, memory, cache, proposers);
            loaded = model;
            Warmth warmth = model.warmth();
            long millis = (System.nanoTime() - start - warmth.nanos()) / 1_000_000;
            LOG.info("Serving {}: {}; loaded in {} ms; {}", id(), model, millis, warmth);
            if (warmth.slow()) {
                LOG.warn("""
                        {} is far slower than this machine's memory allows: {}.
                        Maybe something else keeps the processor busy; or the JVM has compiled its kernels badly, which happens \
                        now and then: then a restart helps.""", id(), warmth);
            }
        } catch (ExofluxException e) {
            failure = e;
        } catch (RuntimeException | Error e) { // whatever it is, the model must not stay LOADING for ever
            failure =
                    new ExofluxException(ErrorCode.INTERNAL, "The model %s cannot be loaded: %s".formatted(id(), e), e);
        }
        return failure;
    }

    @Override
    public void close() {
        LoadedModel model = loaded;
        if (model != null) {
            model.close();
        }
    }
}
