package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import org.jspecify.annotations.Nullable;

/** A real backend that has room for some matrices only. */
final class FailingBackend extends ForwardingBackend {

    private final int room;
    private int loaded;

    /** @param room matrices that can be loaded */
    FailingBackend(Backend backend, int room) {
        super(backend);
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
        return super.load(data, bias);
    }
}
