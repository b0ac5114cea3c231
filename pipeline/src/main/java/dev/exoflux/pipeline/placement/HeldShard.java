package dev.exoflux.pipeline.placement;

import dev.exoflux.model.LayerRange;

/**
 * A part of a deployed model that a peer has in memory.
 *
 * @param model the model's name
 * @param layers the decoder layers
 */
public record HeldShard(String model, LayerRange layers) {}
