package dev.exoflux.model;

/**
 * A row-major matrix of activations {@code [rows, width]}, one row a token of the batch.
 *
 * <p>Made by an {@link Ops} and valid until that {@code Ops} closes. Only the backend that made a tensor can read it;
 * {@link Ops#read} brings its numbers into plain Java.
 */
public interface Tensor {

    /** Number of rows: the tokens of the batch, in the order of {@link Positions}. */
    int rows();

    /** Number of elements in a row. */
    int width();
}
