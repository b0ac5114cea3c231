package dev.exoflux.pipeline;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The one thread of a stage: it runs every pass and opens, trims and closes every cache. It may block, and it is never
 * interrupted, so that no pass is torn from under the backend's workers.
 */
final class ComputeThread implements AutoCloseable {

    private final ExecutorService executor;
    private final Scheduler scheduler;

    ComputeThread(String name) {
        executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        // handed over as a bare function: for an ExecutorService Reactor would interrupt the running task on dispose
        scheduler = Schedulers.fromExecutor(this::execute);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Runs {@code task} after all that was handed over before it. */
    void execute(Runnable task) {
        executor.execute(task);
    }

    /** Finishes what was handed over and waits for the thread to end. */
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = executor.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true; // ours to pass on, not to cut a pass short for
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
