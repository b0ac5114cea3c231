package dev.exoflux.mlx;

/**
 * A tensor of a pass on MLX's side.
 *
 * @param array good until another tensor is kept
 * @param headDim where not 0, the array is {@code [rows, width / headDim, 1, headDim]} instead of {@code [rows, width]}
 */
record Values(long array, int rows, int width, int headDim) {

    Values(long array, int rows, int width) {
        this(array, rows, width, 0);
    }

    /** The same as {@code [rows, width]}. */
    Values byRow(Graph graph) {
        return headDim == 0 ? this : new Values(graph.reshape(array, rows, width), rows, width);
    }

    /** The same as {@code [rows, width / headDim, 1, headDim]}. */
    long byHead(Graph graph, int headDim) {
        return this.headDim == headDim ? array : graph.reshape(array, rows, width / headDim, 1, headDim);
    }
}
