package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import org.jspecify.annotations.Nullable;

/** A real backend of which something is made otherwise. */
abstract class ForwardingBackend implements Backend {

    private final Backend backend;

    ForwardingBackend(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Matrix load(MatrixData data, float @Nullable [] bias) {
        return backend.load(data, bias);
    }

    @Override
    public Ops open() {
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
