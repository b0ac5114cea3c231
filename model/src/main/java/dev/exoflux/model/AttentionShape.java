package dev.exoflux.model;

/**
 * One layer's attention.
 *
 * @param layer index within the shard's cache, from 0
 * @param heads query heads
 * @param kvHeads key/value heads; divides {@code heads}
 * @param headDim elements a head
 * @param scale factor on the dot products, usually {@code 1 / sqrt(headDim)}
 * @param window a query at position p sees positions {@code (p - window, p]}; {@link #FULL} for all up to p
 */
public record AttentionShape(int layer, int heads, int kvHeads, int headDim, float scale, int window) {

    /** No sliding window. */
    public static final int FULL = Integer.MAX_VALUE;

    /** The first position that a query at {@code position} sees. */
    public int firstVisible(int position) {
        return Math.max(0, position - window + 1);
    }
}
