package dev.exoflux.mlx;

import dev.exoflux.mlx.c.MlxLibrary;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** MLX in this process with the thread that it belongs to, for all backends that compute here. Never ends. */
final class LocalMlx {

    private static @Nullable LocalMlx running;

    private final MlxThread thread = new MlxThread();
    private final MlxRuntime runtime;

    private LocalMlx(Path path, long most) {
        this.runtime = thread.call(() -> new MlxRuntime(MlxLibrary.open(path), most));
    }

    /**
     * The process's MLX, started by the first who asks.
     *
     * @param most bytes that it may take if it is started now; 0 for as many as the device recommends
     * @throws ExofluxException INVALID_CONFIGURATION for a library that cannot be used, or another than is running
     */
    static synchronized LocalMlx start(Path path, long most) {
        LocalMlx known = running;
        if (known == null) {
            known = new LocalMlx(path, most);
            running = known;
        } else if (!known.runtime.library().path().equals(path)) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s cannot be loaded beside %s.%nMaybe start another process."
                            .formatted(path, known.runtime.library().path()));
        }
        return known;
    }

    MlxThread thread() {
        return thread;
    }

    /** To be used on the thread. */
    MlxRuntime runtime() {
        return runtime;
    }
}
