package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loading with a backend that may be lost meanwhile: then all that was loaded is gone, and is loaded from the beginning. */
final class Loading {

    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);

    /** Attempts: a backend that is lost over and over is so because of what is loaded. */
    private static final int MOST = 3;

    private Loading() {}

    /** @param load leaves nothing behind if it fails */
    static <T> T insist(Supplier<T> load) {
        for (int attempt = 1; ; attempt++) {
            try {
                return load.get();
            } catch (ExofluxException e) {
                if (e.code() != ErrorCode.BACKEND_LOST || attempt == MOST) {
                    throw e;
                }
                LOG.warn("Loaded again from the beginning: {}", e.getMessage());
            }
        }
    }
}
