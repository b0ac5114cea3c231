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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Computes with MLX: on the GPU of a Mac, and on Linux with MLX's CPU kernels, which are there to be tested and not to be
 * fast. Made by {@link MlxBackends}.
 *
 * <p>All backends of a process share MLX's one thread: passes of several stages run one after another. Weights and caches are
 * MLX's arrays; whoever loaded or opened them closes them.
 */
public final class MlxBackend implements Backend {

    private final Engine engine;
    private final EngineFacts facts;
    private final Constants constants;
    private final AtomicLong resident = new AtomicLong();

    /** @param engine closed with the backend */
    MlxBackend(Engine engine) {
        this.engine = engine;
        this.facts = engine.facts();
        this.constants = new Constants(engine);
    }

    @Override
    public String name() {
        return facts.metal() ? "mlx-metal" : "mlx-cpu";
    }

    @Override
    public String description() {
        return "mlx %s (%s, %d GiB), activations in %s"
                .formatted(
                        facts.version(),
                        facts.device(),
                        Math.round(facts.memory() / 0x1p30),
                        facts.type().name().toLowerCase(Locale.ROOT));
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

    /** Bytes that weights and caches of this backend take at present. */
    public long residentBytes() {
        return resident.get();
    }

    /** Arrays of all backends of this process whose handles nobody has freed: what a leak shows in. */
    public long liveHandles() {
        return engine.liveHandles();
    }

    /** Bytes that arrays of all backends of this process take. */
    public long activeBytes() {
        return engine.activeBytes();
    }

    @Override
    public Matrix load(MatrixData data, float @Nullable [] bias) {
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
        return new KvSlab(engine, shape, positions, resident, from, kept);
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
        return new MlxOps(engine, constants);
    }

    /** Frees what the backend keeps for itself; MLX's thread goes on for others. */
    @Override
    public void close() {
        constants.close();
        engine.close();
    }
}
