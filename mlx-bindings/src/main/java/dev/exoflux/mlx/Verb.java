package dev.exoflux.mlx;

/**
 * What can be written down in a {@link Program}, with the operands that follow it there. Tensors have the numbers in which a
 * pass makes them; matrices, slabs and constants those of their {@link Engine}.
 */
enum Verb {
    // ---- the steps of a pass; each but BATCH and KEEP makes the next tensor

    /** Runs, and the count of each; inputs: the position of each. Makes the next batch. */
    BATCH,
    /** Matrix, count; inputs: ids. */
    EMBED,
    /** Rows, width; their numbers among the uploads. */
    UPLOAD,
    /** Tensor, from, count. */
    ROWS,
    /** Tensor, count; inputs: rows. */
    GATHER,
    /** Tensor, matrix. */
    LINEAR,
    /** Tensor, tensor. */
    ADD,
    /** Gate, up. */
    SWIGLU,
    /** Tensor, constant, its length, epsilon. */
    NORM,
    /** Tensor, batch, head's width, rotated elements of it, constant of periods, constant of factors or {@link Program#NONE}. */
    ROPE,
    /** Queries, keys, values, batch, layer, heads, kvHeads, headDim, scale, window, and the slab of each run. */
    ATTENTION,
    /** Tensor: ends all others. */
    KEEP,

    // ---- orders outside of passes

    /** Slab, layers, kvHeads, headDim, positions, slab to begin with or {@link Program#NONE}, positions of that. */
    SLAB,
    /** Slab. */
    FREE_SLAB,
    /** Matrix. */
    FREE_MATRIX,
    /** Constant, length, 1 for the activations' type and 0 for f32; its numbers among the uploads. */
    CONSTANT,
    /** Constant. */
    FREE_CONSTANT;

    private static final Verb[] ALL = values();

    /** In a program. */
    @SuppressWarnings("EnumOrdinal") // who writes and who reads are always of one release
    int code() {
        return ordinal();
    }

    static Verb of(int code) {
        return ALL[code];
    }
}
