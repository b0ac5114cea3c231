package dev.exoflux.pipeline;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The one thread of a stage: it runs every pass and opens, trims and closes every cache. It may block; whoever hands it work
 * never does.
 *
 * <p>Not an {@code ExecutorService}: Reactor would interrupt the running task of one on dispose, and so tear a pass from under
 * the backend's workers; and the queues of the JDK's own take a lock to hand a task over, on which an event loop might wait.
 */
final class ComputeThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ComputeThread.class);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Scheduler scheduler = Schedulers.fromExecutor(this);
    private final Thread thread;
    private volatile boolean closing;

    ComputeThread(String name) {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Runs {@code task} after all that was handed over before it; never once this is closed. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    private void run() {
        while (true) {
            boolean last = closing; // read before the queue: what was handed over before closing is still run
            Runnable task = tasks.poll();
            if (task != null) {
                run(task);
            } else if (last) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) { // the thread has others to serve
            LOG.error("A task of a stage failed", e);
        }
    }

    /** Finishes what was handed over and waits for the thread to end. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // ours to pass on, not to cut a pass short for
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
