package dev.exoflux.kernels;

import dev.exoflux.model.Backend;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.MappedPages;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.MatrixForms;
import dev.exoflux.model.Ops;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Computes on the processor's cores; made by {@link CpuBackends}.
 *
 * <p>Owns its threads, which {@link #close()} ends. Weights and caches are in native memory outside Java's heap; whoever
 * loaded or opened them closes them.
 */
public abstract sealed class CpuBackend implements Backend permits ScalarBackend, VectorBackend {

    private final Kernels<?> kernels;
    private final Workers workers;
    private final NativeMemory memory;
    private final KvType cacheType;
    private final AtomicInteger openCaches = new AtomicInteger();
    private final ConcurrentLinkedQueue<Workspace> idle = new ConcurrentLinkedQueue<>();

    CpuBackend(Kernels<?> kernels, CpuSettings settings, NativeMemory memory) {
        this.kernels = kernels;
        this.workers = new Workers(settings.threads());
        this.memory = memory;
        this.cacheType = settings.cache();
    }

    /** Threads that work on one operation at most, the calling one among them. */
    public final int threads() {
        return workers.threads();
    }

    /** Bytes that weights and caches take at present. */
    public final long residentBytes() {
        return memory.bytesInUse();
    }

    final int openCaches() {
        return openCaches.get();
    }

    @Override
    public final Matrix load(MatrixData data, float @Nullable [] bias) {
        MatrixForms.check(data, bias);
        Matrix matrix = kernels.pack(data, bias, memory, workers);
        MappedPages.drop(data);
        return matrix;
    }

    @Override
    public final KvCache newCache(KvShape shape, int capacity) {
        return new CpuKvCache(shape, cacheType, capacity, memory, openCaches);
    }

    @Override
    public final long cacheBytesPerPosition(KvShape shape) {
        return CpuKvCache.bytesPerPosition(shape, cacheType);
    }

    @Override
    public final int cacheBlock() {
        return CpuKvCache.BLOCK;
    }

    @Override
    public final long availableBytes() {
        return memory.bytesAvailable();
    }

    @Override
    public final long readSpeed(Matrix matrix) {
        if (!(matrix instanceof CpuMatrix here)) {
            throw new IllegalArgumentException("a matrix of another backend: " + matrix);
        }
        here.requireOpen();
        return MemoryBandwidth.measure(workers, here.block());
    }

    @Override
    public final Ops open() {
        Workspace workspace = idle.poll();
        return open(kernels, workspace == null ? new Workspace() : workspace);
    }

    private <M extends CpuMatrix> Ops open(Kernels<M> its, Workspace workspace) {
        return new CpuOps<>(this, its, workers, workspace);
    }

    final void takeBack(Workspace workspace) {
        idle.offer(workspace);
    }

    @Override
    public final void close() {
        workers.close();
    }
}
