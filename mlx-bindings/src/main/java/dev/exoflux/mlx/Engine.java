package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
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

    /**
     * Asks how it is.
     *
     * @param matrix the one that is asked about, if it is about one
     */
    long figure(Figure figure, int matrix);

    /** How all that it held was lost, if it was: then whatever it is asked fails with BACKEND_LOST. */
    @Nullable
    ExofluxException lost();

    /** What somebody is told who comes to an engine with what another one held. */
    static ExofluxException gone() {
        return new ExofluxException(
                ErrorCode.BACKEND_LOST,
                "What MLX held of this model was lost with its process.\nMaybe try again in a moment: it is loaded again.");
    }

    /** Frees what is left. */
    void close();
}
