package dev.exoflux.mlx;

import dev.exoflux.mlx.Message.Kind;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said to a worker and what it answers, one at a time. Who waits for an answer is parked, and woken by the thread that
 * receives. When the process ends, shows no sign of life or does not come to an end, whoever waits and whoever asks later is told.
 * Thread-safe.
 */
final class Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private final WorkerProcess process;
    private final Patience patience;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Thread watcher =
            Thread.ofPlatform().name("exoflux-mlx-watch").daemon().unstarted(this::watch);
    private volatile @Nullable Thread waiting;
    private volatile @Nullable Message answer;
    private volatile @Nullable ExofluxException lost;
    private volatile @Nullable String givenUp;
    private volatile boolean closed;

    /** Number of the question that is waited for; 0 while none is. */
    private volatile long asked;

    private volatile Duration allowed = Duration.ZERO;
    private long questions;

    /** @param process which has begun; closed with this, or when it is lost */
    Conversation(WorkerProcess process, Patience patience) {
        this.process = process;
        this.patience = patience;
    }

    void begin() {
        Thread.ofPlatform().name("exoflux-mlx-link").daemon().start(this::receive);
        watcher.start();
    }

    /** How the worker was lost, if it was. */
    @Nullable
    ExofluxException lost() {
        return lost;
    }

    /** Says what nobody answers, and what is of no more use if the worker is lost. */
    void mention(Message message) {
        if (lost == null) {
            send(message);
        }
    }

    /**
     * Has this thread ask and wait, when it is its turn.
     *
     * @param bytes that the worker reads for a pass, as {@link Patience} counts them; 0 for what is no pass
     * @throws ExofluxException what the worker says of what it could not do; BACKEND_LOST where it is lost
     */
    void hold(long bytes, Runnable talk) {
        turn.lock();
        try {
            requireAlive();
            waiting = Thread.currentThread();
            allowed = patience.with(bytes);
            long start = System.nanoTime();
            talk.run();
            if (bytes > 0) {
                patience.took(bytes, System.nanoTime() - start);
            }
        } catch (ExofluxException e) {
            throw e; // the conversation has come to its end
        } catch (RuntimeException | Error e) {
            process.kill(); // it waits for what never comes
            throw e;
        } finally {
            waiting = null;
            turn.unlock();
        }
    }

    void send(Message message) {
        boolean interrupted = Thread.interrupted(); // a socket closes when an interrupted thread writes to it
        try {
            process.link().send(message);
        } catch (IOException e) {
            LOG.debug("MLX's process is gone", e); // the thread that receives finds out how
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The answer, whatever interrupts: half a pass is nothing anybody can go on from. */
    Message await(Kind expected) {
        boolean interrupted = false;
        asked = ++questions;
        try {
            while (true) {
                Message got = answer;
                if (got != null) {
                    answer = null;
                    if (got.kind() == Kind.FAILED) {
                        throw Texts.failure(got.text());
                    }
                    if (got.kind() != expected) {
                        throw new IllegalStateException("%s in place of %s".formatted(got.kind(), expected));
                    }
                    return got;
                }
                requireAlive();
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        } finally {
            asked = 0;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireAlive() {
        ExofluxException how = lost;
        if (how != null) {
            throw new ExofluxException(how.code(), String.valueOf(how.getMessage()), how);
        }
    }

    private void receive() {
        try {
            while (true) {
                answer = process.link().receive();
                LockSupport.unpark(waiting);
            }
        } catch (IOException | RuntimeException e) {
            lose();
        }
    }

    private void lose() {
        String why = givenUp;
        String how = closed
                ? "it was closed"
                : why == null ? process.end() : "its process %d %s".formatted(process.pid(), why);
        lost = new ExofluxException(
                ErrorCode.BACKEND_LOST,
                "MLX was lost: %s.%nMaybe try again in a moment: it is started again by itself.".formatted(how));
        if (!closed) {
            LOG.warn("MLX was lost: {}", how);
        }
        LockSupport.unpark(waiting);
        process.kill();
        process.close();
        unmap();
    }

    /** Once nobody looks into the area any more. */
    private void unmap() {
        LockSupport.unpark(watcher);
        try {
            watcher.join();
        } catch (InterruptedException e) {
            return; // by nobody we know; then it stays until the process ends
        }
        turn.lock();
        try {
            process.area().close();
        } finally {
            turn.unlock();
        }
    }

    private void watch() {
        Watch watch = new Watch(process.area()::beats, process::stopped);
        while (lost == null && givenUp == null) {
            LockSupport.parkNanos(Watch.LOOK.toNanos());
            String why = watch.look(asked, allowed);
            if (why != null) {
                givenUp = why;
                process.kill();
                process.close(); // one that hangs in the system may take its time
            }
        }
    }

    void close() {
        closed = true;
        process.close();
    }
}
