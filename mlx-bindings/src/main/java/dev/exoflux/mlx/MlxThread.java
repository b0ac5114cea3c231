package dev.exoflux.mlx;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that calls MLX. It runs what it is given in the order of giving, and ends with the process: what MLX keeps
 * for a thread cannot be handed on to another.
 */
final class MlxThread {

    private static final Logger LOG = LoggerFactory.getLogger(MlxThread.class);

    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("exoflux-mlx").daemon().factory());

    /** Runs {@code task} there and waits, whatever interrupts: half a pass is nothing anybody can go on from. */
    <T> T call(Callable<T> task) {
        Future<T> result = executor.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw rethrown(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs {@code task} there at some time, before whatever is given later. */
    void run(Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) { // must not end the thread
                LOG.error("MLX could not tidy up", e);
            }
        });
    }

    private static RuntimeException rethrown(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof RuntimeException thrown) {
            return thrown;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }
}
