/**
 * MLX's C layer as it is: where its library lies, whether it is one we know, and its functions, one method each.
 *
 * <p>Handles travel as {@code long}: the C layer passes structs of one pointer. What a function returns or puts into an
 * {@code out} cell belongs to the caller, who frees it once; what it is given stays the caller's. A cell must be zero before
 * the call, else what it names is assigned to. A function that answers other than 0 has left a text with {@link
 * dev.exoflux.mlx.c.ErrorText}.
 *
 * <p>Nothing here keeps to one thread by itself. MLX wants one all the same: see {@link dev.exoflux.mlx}.
 */
@NullMarked
package dev.exoflux.mlx.c;

import org.jspecify.annotations.NullMarked;
