package dev.exoflux.mlx;

import dev.exoflux.mlx.c.LibrarySearch;
import java.nio.file.Path;
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
        Path library = LibrarySearch.here(home).require();
        return new MlxBackend(MlxRuntime.start(library), activations);
    }

    /** Whether a library lies in one of the places where one is looked for; it has not been tried. */
    public static boolean installed(@Nullable Path home) {
        return LibrarySearch.here(home).find().isPresent();
    }

    /** One line: how to get MLX here. */
    public static String advice(@Nullable Path home) {
        return LibrarySearch.here(home).advice();
    }
}
