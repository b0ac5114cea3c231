package dev.exoflux.mlx;

import dev.exoflux.mlx.c.LibrarySearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds MLX on this machine and makes a backend of it. */
public final class MlxBackends {

    private MlxBackends() {}

    /**
     * A backend that the caller closes.
     *
     * @throws dev.exoflux.model.ExofluxException INVALID_CONFIGURATION where MLX is not installed, or is not one that is known;
     *     BACKEND_LOST where its process does not begin
     */
    public static MlxBackend create(MlxSettings settings) {
        Path library = library(settings.home());
        if (!settings.inProcess()) {
            return new MlxBackend(() -> WorkerEngine.start(library, settings));
        }
        LocalMlx mlx = LocalMlx.start(library, settings.memoryBytes());
        return new MlxBackend(() -> new LocalEngine(mlx, Interpreter.of(mlx.runtime(), settings)));
    }

    /** The same in this process. */
    public static MlxBackend create(@Nullable Path home, MlxActivations activations) {
        return create(MlxSettings.of(home, activations).inThisProcess());
    }

    static Path library(@Nullable Path home) {
        Path found = LibrarySearch.here(home).require();
        try {
            return found.toRealPath(); // the same one through a link is no other
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The library that {@link #create} would load; it has not been tried. */
    public static Optional<Path> find(@Nullable Path home) {
        return LibrarySearch.here(home).find();
    }

    /** One line: how to get MLX here. */
    public static String advice(@Nullable Path home) {
        return LibrarySearch.here(home).advice();
    }

    /** Whether MLX is what computes best on this machine, if it is installed: on a Mac, whose GPU nothing else reaches. */
    public static boolean preferred() {
        return System.getProperty("os.name").startsWith("Mac");
    }
}
