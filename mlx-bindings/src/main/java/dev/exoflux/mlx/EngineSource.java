package dev.exoflux.mlx;

/** Starts an engine; asked again when it was lost. */
@FunctionalInterface
interface EngineSource {

    /**
     * A new one, which the caller closes.
     *
     * @throws dev.exoflux.model.ExofluxException BACKEND_LOST where it does not begin, INVALID_CONFIGURATION where MLX cannot be used
     */
    Engine start();
}
