package dev.exoflux.mlx;

import java.lang.foreign.MemorySegment;

/** Where numbers go that MLX has computed. */
@FunctionalInterface
interface Sink {

    /**
     * Takes a copy.
     *
     * @param numbers f32, good until this returns
     */
    void take(MemorySegment numbers);
}
