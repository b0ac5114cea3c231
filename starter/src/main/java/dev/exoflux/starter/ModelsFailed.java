package dev.exoflux.starter;

import dev.exoflux.pipeline.ServingPeer;

/**
 * Published to the application once all models of its peer have been tried and one could not be loaded; on the thread that
 * tried. The others can be used.
 *
 * @param failure of the first that failed, usually a {@link dev.exoflux.model.ExofluxException}
 */
public record ModelsFailed(ServingPeer peer, Throwable failure) {}
