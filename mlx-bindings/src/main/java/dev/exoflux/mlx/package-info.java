/**
 * The MLX backend: the contract of {@link dev.exoflux.model.Backend} on MLX's arrays.
 *
 * <p>MLX belongs to one thread: a stream to the thread that made it, and the graph behind an array to nobody who asks at the
 * same time as another. So one platform thread in the process, {@code MlxThread}, makes every call. A pass is written down on
 * the stage's own thread while an architecture runs through its verbs, with its shapes checked, and handed over as a whole
 * when somebody reads from it: one hop between threads, one lazy graph and one evaluation, whatever the number of layers.
 *
 * <p>Every handle has one owner that frees it there: those of a pass its {@code Graph}, weights their {@code MlxMatrix}, keys and
 * values their {@code KvSlab}, norms and frequencies {@code Constants}. A counter tells how many there are.
 */
@NullMarked
package dev.exoflux.mlx;

import org.jspecify.annotations.NullMarked;
