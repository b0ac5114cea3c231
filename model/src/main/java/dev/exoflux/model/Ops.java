package dev.exoflux.model;

/**
 * What a backend can do within one forward pass: coarse verbs over a batch of rows.
 *
 * <p>Opened by {@link Backend#open()}, used by one thread, closed when the pass is over; every {@link Tensor} it made ends
 * with it. A verb never changes its arguments. A backend may compute at once or only when {@link #read} asks.
 *
 * <p>The numbers of a row depend on that row's inputs and its own cache alone: not on the rows beside it, the number of
 * threads, or how a prompt was cut into passes. An implementation keeps this bit for bit (one fixed order for every sum)
 * unless {@link Backend#sameBits()} says that it cannot, and {@code BackendContract} tests it.
 */
public interface Ops extends AutoCloseable {

    /** Rows of an embedding table: {@code [ids.length, table.columns()]}. */
    Tensor embed(Matrix table, int[] ids);

    /** Activations that arrived from elsewhere, {@code values.length / width} rows; copied. */
    Tensor upload(float[] values, int width);

    /** Rows {@code [from, from + count)} of {@code x}. */
    Tensor rows(Tensor x, int from, int count);

    /** The chosen rows of {@code x}, in the given order. */
    Tensor gather(Tensor x, int[] rows);

    /** {@code x W^T + b}: {@code [rows, columns]} to {@code [rows, w.rows()]}. */
    Tensor linear(Tensor x, Matrix w);

    /** {@code a + b}, equal shapes. */
    Tensor add(Tensor a, Tensor b);

    /**
     * {@code x / sqrt(mean(x^2) + epsilon) * weight} (Zhang and Sennrich 2019) over each run of {@code weight.length}
     * consecutive elements of a row, so that one verb serves hidden states and single heads.
     */
    Tensor rmsNorm(Tensor x, float[] weight, float epsilon);

    /** Rotates every head of every row by its position. */
    Tensor rope(Tensor x, Rope rope, Positions at);

    /**
     * Causal attention with grouped heads over what each run's cache holds plus the new keys and values, which are written
     * to the caches (see {@link KvCache}).
     *
     * @param q {@code [rows, heads * headDim]}
     * @param k {@code [rows, kvHeads * headDim]}
     * @param v {@code [rows, kvHeads * headDim]}
     * @return {@code [rows, heads * headDim]}
     */
    Tensor attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, Positions at);

    /** {@code silu(gate) * up} (Shazeer 2020), equal shapes. */
    Tensor swiglu(Tensor gate, Tensor up);

    /**
     * Ends every tensor this pass has made but {@code x}, so that what they took serves the rest of the pass; an
     * architecture calls it between layers.
     *
     * @return {@code x}
     */
    Tensor keep(Tensor x);

    /** Copies row {@code row} of {@code x} to {@code out[0, x.width())}; computes what is still outstanding. */
    void read(Tensor x, int row, float[] out);

    /** Ends the pass; computes what caches still lack of it, and may fail as {@link #read} may. */
    @Override
    void close();
}
