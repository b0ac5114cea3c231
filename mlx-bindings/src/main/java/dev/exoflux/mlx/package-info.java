/**
 * The MLX backend: the contract of {@link dev.exoflux.model.Backend} on MLX's arrays.
 *
 * <p>MLX belongs to one thread: a stream to the thread that made it, and the graph behind an array to nobody who asks at the
 * same time as another. So one platform thread of a process, {@code MlxThread}, makes every call. On this side of it stages write
 * down what is to be done, as a {@code Program} of plain numbers, with shapes checked at each verb; an {@code Engine} takes
 * programs across, and on the other side an {@code Interpreter} makes one lazy graph of each and evaluates it: one crossing for a
 * pass, whatever the number of layers.
 *
 * <p>Here matrices, slabs of caches and constants are numbers ({@code MlxMatrix}, {@code KvSlab}, {@code Constants}), there they
 * are arrays ({@code Weight}, {@code SlabArrays}, {@code Holdings}). Every handle has one owner that frees it there; those of a
 * pass are its {@code Graph}'s. A counter tells how many there are.
 */
@NullMarked
package dev.exoflux.mlx;

import org.jspecify.annotations.NullMarked;
