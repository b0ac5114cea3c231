/**
 * The CPU backend: kernels on the Vector API, each beside its scalar twin, on a pool of threads of its own.
 *
 * <h2>The order of every sum</h2>
 *
 * Scalar and vector kernels give the same bits, whatever the vector length, the number of threads, the rows of the batch or
 * the cut of a prompt into chunks, because every sum has one order, and every product-sum is a fused multiply-add:
 *
 * <ul>
 *   <li><b>Dense matrices</b>: {@code acc = fma(w[i], x[i], acc)} for ascending {@code i}, from 0; then the bias. Bf16
 *       weights below {@link Float#MIN_NORMAL} count as 0, and {@code x} may be rounded to bf16 too (see {@link
 *       dev.exoflux.kernels.Bf16}).
 *   <li><b>Affine matrices</b>: for each group, ascending, {@code p = fma(q[i], x[i], p)} over its inputs, from 0, then {@code
 *       acc = fma(fma(bias, s, scale * p), step, acc)}, where {@code s} is the plain ascending sum of the group's inputs. With
 *       activations rounded to 8 bits, {@code x} are the whole numbers and {@code step} is the size of one (see {@link
 *       dev.exoflux.kernels.Int8Rounding}), so that {@code p} and {@code s} are exact and may be added up in any order; else
 *       {@code step} is 1.
 *   <li><b>Matrices of small floats</b>: likewise without a bias; values of E2M1 are taken twice and the scale half as large, so
 *       that they are small integers.
 *   <li><b>Sums over a row</b> (squares in rmsNorm, weights in softmax): 16 partial sums, element {@code i} in number {@code
 *       i % 16} (softmax: {@code i} is the absolute position), then 8, 4, 2 and 1 by adding the upper half to the lower.
 *   <li><b>Attention</b>: a score is an ascending {@code fma} over the elements of the head, times the scale; an output an
 *       ascending {@code fma} over positions, divided by the sum of weights.
 * </ul>
 *
 * In the vector kernels a lane is an output row, a position or an element, never a part of a sum: nothing is reduced
 * across lanes but those 16 partial sums.
 */
@NullMarked
package dev.exoflux.kernels;

import org.jspecify.annotations.NullMarked;
