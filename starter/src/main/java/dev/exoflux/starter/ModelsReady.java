package dev.exoflux.starter;

import dev.exoflux.pipeline.ServingPeer;

/** Published to the application once every model of its peer is loaded; on the thread that loaded it. */
public record ModelsReady(ServingPeer peer) {}
