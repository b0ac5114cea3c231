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
     * A backend that the caller closes. The first call of a process loads MLX, which then stays.
     *
     * @param home exoflux's own folder, or null for what {@code EXOFLUX_HOME} says
     * @throws dev.exoflux.model.ExofluxException INVALID_CONFIGURATION where MLX is not installed, or is not one that is known
     */
    public static MlxBackend create(@Nullable Path home, MlxActivations activations) {
        MlxRuntime mlx = MlxRuntime.start(library(home));
        return new MlxBackend(new LocalEngine(mlx, activations.on(mlx.device())));
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
