package dev.exoflux.mlx;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.MappedPages;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.MatrixForms;
import dev.exoflux.model.Ops;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes with MLX: on the GPU of a Mac, and on Linux with MLX's CPU kernels, which are there to be tested and not to be
 * fast. Made by {@link MlxBackends}.
 *
 * <p>MLX has one thread: passes of several stages run one after another. Weights and caches are its arrays; whoever loaded or
 * opened them closes them. It runs in a process of its own, unless {@link MlxSettings} say otherwise. When that ends or no longer
 * answers, whatever used it fails with BACKEND_LOST, and what it held is to be closed and loaded again.
 */
public final class MlxBackend implements Backend {

    private final Engines engines;
    private final EngineFacts facts;
    private final AtomicLong resident = new AtomicLong();

    /** @param source of engines, which are closed with the backend; asked now, and whenever one is lost */
    MlxBackend(EngineSource source) {
        this(source, System::nanoTime);
    }

    /** @param nanos a clock as {@link System#nanoTime}, by which a source that fails again and again is left alone for a while */
    MlxBackend(EngineSource source, LongSupplier nanos) {
        this.engines = new Engines(source, nanos);
        this.facts = engine().facts();
    }

    /** Its version and what it computes on, such as {@code mlx 0.32.2 (Apple M3 Ultra, 96 GiB)}. */
    @Override
    public String name() {
        return "mlx %s (%s, %d GiB)".formatted(facts.version(), facts.device(), Math.round(facts.memory() / 0x1p30));
    }

    @Override
    public String description() {
        return "activations in " + facts.type().name().toLowerCase(Locale.ROOT);
    }

    /** MLX chooses its kernels by the shape of the whole pass. */
    @Override
    public boolean sameBits() {
        return false;
    }

    /** One line: what MLX was told it may take. */
    public String memoryLimits() {
        return "weights, caches and activations %d MiB%s, freed buffers %d MiB"
                .formatted(facts.workingSet() >> 20, facts.metal() ? " (wired)" : "", facts.mostCache() >> 20);
    }

    /** What computes at present, lost or not. */
    Engine engine() {
        return engines.now().engine();
    }

    /** The process that computes at present, if it is one of MLX's own. */
    public Optional<ProcessHandle> process() {
        return engine() instanceof WorkerEngine worker ? ProcessHandle.of(worker.pid()) : Optional.empty();
    }

    /** Bytes that weights and caches of this backend take at present. */
    public long residentBytes() {
        return resident.get();
    }

    /** Arrays of all backends of this process whose handles nobody has freed: what a leak shows in. */
    public long liveHandles() {
        return engine().figure(Figure.LIVE_HANDLES, 0);
    }

    /** Bytes that arrays of all backends of this process take. */
    public long activeBytes() {
        return engine().figure(Figure.ACTIVE_BYTES, 0);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where MLX was lost it is started again first, after a pause if that happens again and again: whoever has lost a model loads
     * it again.
     *
     * @throws ExofluxException BACKEND_LOST where MLX was lost meanwhile, or too often
     */
    @Override
    public Matrix load(MatrixData data, float @Nullable [] bias) {
        Engine engine = engines.living().engine();
        MatrixForms.check(data, bias);
        requireRoom(data.bytes(), "%d x %d weights".formatted(data.rows(), data.columns()));
        Matrix matrix = new MlxMatrix(engine, data, bias, resident);
        MappedPages.drop(data);
        return matrix;
    }

    @Override
    public KvCache newCache(KvShape shape, int capacity) {
        return new MlxKvCache(this, shape, capacity);
    }

    /** Room for {@code positions}, with the first {@code kept} of {@code from}. */
    KvSlab slab(KvShape shape, int positions, @Nullable KvSlab from, int kept) {
        requireRoom(cacheBytesPerPosition(shape) * positions, "a KV cache of " + positions + " positions");
        return new KvSlab(engine(), shape, positions, resident, from, kept);
    }

    private void requireRoom(long bytes, String what) {
        if (bytes > availableBytes()) {
            throw new ExofluxException(
                    ErrorCode.OUT_OF_MEMORY,
                    "%s take %d MiB, and of the %d MiB that MLX may use %d are left.%nMaybe use a smaller model, or one with fewer bits."
                            .formatted(what, bytes >> 20, facts.workingSet() >> 20, availableBytes() >> 20));
        }
    }

    @Override
    public long cacheBytesPerPosition(KvShape shape) {
        return shape.elementsPerPosition() * facts.type().bytes();
    }

    @Override
    public int cacheBlock() {
        return MlxKvCache.BLOCK;
    }

    @Override
    public long availableBytes() {
        return Math.max(0, facts.workingSet() - resident.get());
    }

    @Override
    public Ops open() {
        Engines.Session its = engines.now();
        return new MlxOps(its.engine(), its.constants());
    }

    @Override
    public long readSpeed(Matrix matrix) {
        return matrix instanceof MlxMatrix its ? its.readSpeed() : 0;
    }

    /** Frees what the backend keeps for itself, and ends the process if MLX has one of its own. */
    @Override
    public void close() {
        engines.close();
    }
}
