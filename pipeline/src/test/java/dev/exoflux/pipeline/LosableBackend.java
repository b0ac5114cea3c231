package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real backend that can be lost: then every pass fails until something is loaded again. */
final class LosableBackend implements Backend {

    private final Backend backend;
    private volatile boolean lost;
    private volatile boolean gone;
    private final AtomicInteger failing = new AtomicInteger();
    private int loaded;

    LosableBackend(Backend backend) {
        this.backend = backend;
    }

    void lose() {
        lost = true;
    }

    /** From now on nothing can be loaded, or can again. */
    void gone(boolean its) {
        gone = its;
    }

    /** So many times, what is loaded is lost after a few matrices. */
    void loseWhileLoading(int times) {
        failing.set(times);
    }

    @Override
    public Matrix load(MatrixData data, float @Nullable [] bias) {
        if (gone) {
            throw new ExofluxException(ErrorCode.BACKEND_LOST, "it does not begin again");
        }
        lost = false;
        if (failing.get() > 0 && ++loaded % 5 == 0) {
            failing.decrementAndGet();
            throw new ExofluxException(ErrorCode.BACKEND_LOST, "it is lost while it loads");
        }
        return backend.load(data, bias);
    }

    @Override
    public Ops open() {
        if (lost) {
            throw new ExofluxException(ErrorCode.BACKEND_LOST, "it is lost");
        }
        return backend.open();
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public KvCache newCache(KvShape shape, int capacity) {
        return backend.newCache(shape, capacity);
    }

    @Override
    public long cacheBytesPerPosition(KvShape shape) {
        return backend.cacheBytesPerPosition(shape);
    }

    @Override
    public int cacheBlock() {
        return backend.cacheBlock();
    }

    @Override
    public void close() {
        backend.close();
    }
}
