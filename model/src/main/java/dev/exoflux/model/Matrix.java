package dev.exoflux.model;

/**
 * A weight matrix {@code [rows, columns]} with its optional bias {@code [rows]}, in whatever form its backend keeps it.
 *
 * <p>Loaded once by {@link Backend#load(MatrixData, float[])}, read by any number of passes and threads at once, and
 * freed by {@link #close()}, which its owner (the model's {@code Weights}) calls when no pass runs any more.
 */
public interface Matrix extends AutoCloseable {

    /** Output features: for an embedding table the size of the vocabulary. */
    int rows();

    /** Input features. */
    int columns();

    /** Bytes a matrix-vector product reads: what decoding one token costs in memory traffic. */
    long bytes();

    @Override
    void close();
}
