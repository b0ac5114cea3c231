package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A weight matrix that an {@link Engine} holds. */
final class MlxMatrix implements Matrix {

    private final Engine engine;
    private final int number;
    private final int rows;
    private final int columns;
    private final long bytes;
    private final AtomicLong resident;
    private volatile boolean closed;

    /**
     * Has {@code data} copied.
     *
     * @param resident told of what the matrix takes, and when it is closed
     */
    MlxMatrix(Engine engine, MatrixData data, float @Nullable [] bias, AtomicLong resident) {
        this.engine = engine;
        this.number = engine.number();
        this.rows = data.rows();
        this.columns = data.columns();
        this.bytes = bytes(data, engine.facts().type());
        this.resident = resident;
        engine.load(number, data, bias);
        resident.addAndGet(bytes);
    }

    /** Plain numbers, scales and biases are kept in the activations' type. */
    private static long bytes(MatrixData data, ArrayType type) {
        return switch (data) {
            case MatrixData.Dense dense -> (long) dense.rows() * dense.columns() * type.bytes();
            case MatrixData.Affine affine ->
                affine.packed().byteSize()
                        + 2L * affine.rows() * (affine.columns() / affine.groupSize()) * type.bytes();
            case MatrixData.SmallFloats floats -> floats.bytes();
        };
    }

    int number() {
        if (closed) {
            throw new IllegalStateException("the %d x %d matrix is closed".formatted(rows, columns));
        }
        return number;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            resident.addAndGet(-bytes);
            engine.tell(new Program().verb(Verb.FREE_MATRIX).with(number));
        }
    }
}
