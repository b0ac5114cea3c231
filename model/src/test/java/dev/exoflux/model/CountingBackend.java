package dev.exoflux.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes matrices and computes nothing: for tests of what is loaded, and of what is freed again. */
public final class CountingBackend implements Backend {

    private final List<MatrixData> loaded = new ArrayList<>();
    private int unclosed;
    private int failAt = Integer.MAX_VALUE;
    private Runnable meanwhile = () -> {};

    /** Fails as a backend does that has no memory left, at the matrix of that number, counted from 0. */
    public CountingBackend failingAt(int matrix) {
        failAt = matrix;
        return this;
    }

    /** Does something each time it is given a matrix. */
    public CountingBackend meanwhile(Runnable action) {
        meanwhile = action;
        return this;
    }

    /** What has been loaded, in order. */
    public List<MatrixData> loaded() {
        return loaded;
    }

    /** Matrices that have not been closed. */
    public int unclosed() {
        return unclosed;
    }

    @Override
    public Matrix load(MatrixData data, float @Nullable [] bias) {
        if (loaded.size() == failAt) {
            throw new OutOfMemoryError("for a test");
        }
        meanwhile.run();
        loaded.add(data);
        unclosed++;
        return new Counted(data.rows(), data.columns(), data.bytes());
    }

    private final class Counted implements Matrix {
        private final int rows;
        private final int columns;
        private final long bytes;
        private boolean closed;

        Counted(int rows, int columns, long bytes) {
            this.rows = rows;
            this.columns = columns;
            this.bytes = bytes;
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
            if (closed) {
                throw new IllegalStateException("closed twice");
            }
            closed = true;
            unclosed--;
        }
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public String description() {
        return "counts matrices";
    }

    @Override
    public KvCache newCache(KvShape shape, int capacity) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long cacheBytesPerPosition(KvShape shape) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int cacheBlock() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Ops open() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
