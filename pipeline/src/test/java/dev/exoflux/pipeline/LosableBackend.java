package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real backend that can be lost: then every pass fails until something is loaded again. */
final class LosableBackend extends ForwardingBackend {

    private volatile boolean lost;
    private volatile boolean gone;
    private final AtomicInteger failing = new AtomicInteger();
    private int loaded;

    LosableBackend(Backend backend) {
        super(backend);
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
        return super.load(data, bias);
    }

    @Override
    public Ops open() {
        if (lost) {
            throw new ExofluxException(ErrorCode.BACKEND_LOST, "it is lost");
        }
        return super.open();
    }
}
