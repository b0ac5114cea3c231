package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import org.jspecify.annotations.Nullable;

/** A real backend that has room for some matrices only. */
final class FailingBackend implements Backend {

    private final Backend backend;
    private final int room;
    private int loaded;

    /** @param room matrices that can be loaded */
    FailingBackend(Backend backend, int room) {
        this.backend = backend;
        this.room = room;
    }

    int loaded() {
        return loaded;
    }

    @Override
    public Matrix load(MatrixData data, float @Nullable [] bias) {
        if (loaded == room) {
            throw new ExofluxException(ErrorCode.OUT_OF_MEMORY, "no room for the weights");
        }
        loaded++;
        return backend.load(data, bias);
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
    public Ops open() {
        return backend.open();
    }

    @Override
    public void close() {
        backend.close();
    }
}
