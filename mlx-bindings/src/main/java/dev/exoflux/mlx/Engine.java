package dev.exoflux.mlx;

import dev.exoflux.model.MatrixData;
import org.jspecify.annotations.Nullable;

/**
 * Where MLX is, as stages see it: it holds matrices, slabs of caches, constants and passes by number, and does what programs
 * say, in the order of giving. Thread-safe; a call that waits does so whatever interrupts it.
 */
interface Engine {

    /** What it computes on. */
    EngineFacts facts();

    /** A number that nothing has had yet. */
    int number();

    /** Has something done at some time, before whatever is given later; nobody is told if it fails. */
    void tell(Program orders);

    /**
     * Takes a copy of a matrix in.
     *
     * @param matrix its number
     */
    void load(int matrix, MatrixData data, float @Nullable [] bias);

    /**
     * Goes on with a pass, or begins one, and gives the numbers of one of its tensors, row by row.
     *
     * @param out gets {@code count} numbers, as many as the tensor has
     */
    void compute(int pass, Program steps, int tensor, int count, float[] out);

    /** The last steps of a pass: computes what its caches still lack. */
    void finish(int pass, Program steps);

    /** Gives a pass up, at some time: what it has written down and not computed is as if it had never been. */
    void abandon(int pass);

    /** Arrays whose handles nobody has freed. */
    long liveHandles();

    /** Bytes of all arrays. */
    long activeBytes();

    /** Frees what is left. */
    void close();
}
