package dev.exoflux.mlx;

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
        this.bytes = WeightForm.of(data, bias).bytes(engine.facts().type());
        this.resident = resident;
        engine.load(number, data, bias);
        resident.addAndGet(bytes);
    }

    /** By which {@code its} engine knows it. */
    @SuppressWarnings("ReferenceEquality") // the same engine
    int number(Engine its) {
        if (closed) {
            throw new IllegalStateException("the %d x %d matrix is closed".formatted(rows, columns));
        }
        if (its != engine) {
            throw Engine.gone();
        }
        return number;
    }

    long readSpeed() {
        return engine.figure(Figure.READ_SPEED, number(engine));
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
