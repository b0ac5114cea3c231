package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;

/**
 * What an {@link Engine} computes on.
 *
 * @param version of MLX
 * @param metal whether it is the GPU of a Mac
 * @param device as MLX calls it
 * @param memory bytes of the device, or of the machine or container
 * @param workingSet bytes that weights, caches and activations may take together
 * @param mostCache bytes of freed buffers that it may keep
 * @param type of activations, keys and values
 */
record EngineFacts(
        String version, boolean metal, String device, long memory, long workingSet, long mostCache, ArrayType type) {}
