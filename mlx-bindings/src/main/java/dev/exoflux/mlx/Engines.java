package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine at present, and its successors: where one was lost, whoever needs one next starts another, and who comes meanwhile waits
 * for it. Nobody holds the lock while a start takes its time: closing waits for none. Thread-safe.
 */
final class Engines {

    private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

    /** An engine and what the backend keeps in it for itself. */
    record Session(Engine engine, Constants constants) {

        private Session(Engine engine) {
            this(engine, new Constants(engine));
        }

        private void close() {
            constants.close();
            engine.close();
        }
    }

    private final EngineSource source;
    private final Restarts restarts; // whoever is starting has it for himself
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Session now;
    private boolean starting;
    private boolean closed;

    /**
     * Starts the first; once more if that is lost while it starts.
     *
     * @param source of engines, which are closed with this
     * @param nanos a clock as {@link System#nanoTime}
     */
    Engines(EngineSource source, LongSupplier nanos) {
        this.source = source;
        this.restarts = new Restarts(nanos);
        this.now = new Session(first());
    }

    private Engine first() {
        try {
            return source.start();
        } catch (ExofluxException e) {
            if (e.code() != ErrorCode.BACKEND_LOST) {
                throw e;
            }
            LOG.warn("MLX did not start, and is started again: {}", e.getMessage());
            return source.start();
        }
    }

    /** The one that was started last, lost or not. */
    Session now() {
        return now;
    }

    /**
     * One that is not known to be lost; waits for it as long as it takes.
     *
     * @throws ExofluxException BACKEND_LOST where none can be started at present, or this is closed or the thread interrupted
     *     meanwhile
     */
    Session living() {
        ExofluxException last = turn();
        if (last != null) {
            try {
                start(last);
            } finally {
                started();
            }
        }
        return now;
    }

    /** How the last engine was lost, if this thread is to start another. */
    private @Nullable ExofluxException turn() {
        lock.lock();
        try {
            while (starting) {
                changed.await();
            }
            ExofluxException last = now.engine.lost();
            starting = last != null && !closed;
            return starting ? last : null;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits may go on, with or without. */
    private void started() {
        lock.lock();
        try {
            starting = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void start(ExofluxException lost) {
        ExofluxException last = lost;
        while (true) {
            pause(restarts.lost(last));
            try {
                adopt(source.start());
                restarts.started();
                return;
            } catch (ExofluxException e) {
                if (e.code() != ErrorCode.BACKEND_LOST) {
                    throw e;
                }
                last = e;
            }
        }
    }

    private void adopt(Engine engine) {
        lock.lock();
        try {
            if (closed) {
                engine.close();
            } else {
                now = new Session(engine);
                LOG.info("MLX was started again");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends early when this is closed. */
    private void pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (closed) {
                throw Engine.gone();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private static ExofluxException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ExofluxException(ErrorCode.BACKEND_LOST, "MLX is not started again: interrupted", cause);
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            now.close();
        } finally {
            lock.unlock();
        }
    }
}
