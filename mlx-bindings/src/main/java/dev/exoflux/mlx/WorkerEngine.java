package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.exoflux.mlx.Message.Kind;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.MatrixData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MLX in a process of its own. One conversation at a time; who waits for an answer is parked, and woken by the thread that
 * receives. When the process ends, or shows no sign of life, all it held is lost: whoever waits and whoever asks later is told.
 */
final class WorkerEngine implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerEngine.class);

    /** Looks at the worker's count, as many times as it has to stand still until the worker is given up. */
    private static final int LOOKS = 6;

    private static final long LOOK_NANOS = 250_000_000;

    private final WorkerProcess process;
    private final SharedArea area;
    private final EngineFacts facts;
    private final AtomicInteger numbers = new AtomicInteger();
    private final ReentrantLock conversation = new ReentrantLock(true);
    private final Thread watcher =
            Thread.ofPlatform().name("exoflux-mlx-watch").daemon().unstarted(this::watch);
    private volatile @Nullable Thread waiting;
    private volatile @Nullable Message answer;
    private volatile @Nullable ExofluxException lost;
    private volatile boolean stopped;
    private volatile boolean closed;

    private WorkerEngine(WorkerProcess process) {
        this.process = process;
        this.area = process.area();
        this.facts = begun(process.first());
        Thread.ofPlatform().name("exoflux-mlx-link").daemon().start(this::receive);
        watcher.start();
    }

    /**
     * Starts a process.
     *
     * @throws ExofluxException BACKEND_LOST if it does not begin, INVALID_CONFIGURATION if the library cannot be used
     */
    static WorkerEngine start(Path library, MlxSettings settings) {
        WorkerProcess process = WorkerProcess.start(library, settings);
        try {
            return new WorkerEngine(process);
        } catch (RuntimeException e) {
            process.close();
            process.area().close();
            throw e;
        }
    }

    private static EngineFacts begun(Message first) {
        if (first.kind() == Kind.FAILED) {
            throw Texts.failure(first.text());
        }
        try {
            return Texts.facts(first.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public EngineFacts facts() {
        return facts;
    }

    /** The process's id. */
    long pid() {
        return process.pid();
    }

    @Override
    public int number() {
        return numbers.incrementAndGet();
    }

    @Override
    public @Nullable ExofluxException lost() {
        return lost;
    }

    // ---- what stages ask

    @Override
    public void tell(Program orders) {
        mention(Message.of(Kind.TELL, 0, Texts.of(orders)));
    }

    @Override
    public void abandon(int pass) {
        mention(Message.of(Kind.ABANDON, pass, 0, 0));
    }

    /** Says what nobody answers, and what is of no more use if the worker is lost. */
    private void mention(Message message) {
        if (lost == null) {
            send(message);
        }
    }

    @Override
    public void load(int matrix, MatrixData data, float @Nullable [] bias) {
        WeightForm form = WeightForm.of(data, bias);
        converse(() -> {
            send(Message.of(Kind.LOAD, matrix, Texts.of(form)));
            boolean begun = false;
            for (MemorySegment numbers : WeightForm.numbers(data, bias)) {
                long row = numbers.byteSize() / form.rows();
                long most = Math.max(1, area.room().byteSize() / row) * row;
                for (long at = 0; at < numbers.byteSize(); at += most) {
                    if (begun) {
                        await(Kind.GO);
                    }
                    begun = true;
                    piece(numbers, at, Math.min(most, numbers.byteSize() - at));
                }
            }
            await(Kind.DONE);
        });
    }

    private void piece(MemorySegment from, long at, long bytes) {
        MemorySegment.copy(from, at, area.room(), 0, bytes);
        send(Message.of(Kind.PIECE, 0, 0, bytes));
    }

    @Override
    public void compute(int pass, Program steps, int tensor, int count, float[] out) {
        converse(() -> {
            ask(Kind.COMPUTE, pass, tensor, steps);
            for (int at = 0; at < count; ) {
                Message part = await(Kind.PART);
                int numbers = Math.toIntExact(part.bytes() / Float.BYTES);
                MemorySegment.copy(area.room(), JAVA_FLOAT, 0, out, at, numbers);
                at += numbers;
                if (part.second() == 0) {
                    send(Message.of(Kind.GO));
                }
            }
        });
    }

    @Override
    public void finish(int pass, Program steps) {
        converse(() -> {
            ask(Kind.FINISH, pass, 0, steps);
            await(Kind.DONE);
        });
    }

    @Override
    public long figure(Figure figure, int matrix) {
        long[] told = {0};
        converse(() -> {
            send(Message.of(Kind.ASK, figure.code(), matrix, 0));
            told[0] = await(Kind.DONE).bytes();
        });
        return told[0];
    }

    private void ask(Kind kind, int pass, int tensor, Program steps) {
        long bytes = steps.bytes();
        MemorySegment room = area.room();
        if (bytes <= room.byteSize()) {
            steps.write(room);
            send(Message.of(kind, pass, tensor, bytes));
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(bytes);
            steps.write(whole);
            MemorySegment.copy(whole, 0, room, 0, room.byteSize());
            send(Message.of(kind, pass, tensor, bytes));
            for (long at = room.byteSize(); at < bytes; at += room.byteSize()) {
                await(Kind.GO);
                piece(whole, at, Math.min(room.byteSize(), bytes - at));
            }
        }
    }

    // ---- conversations

    private void converse(Runnable talk) {
        conversation.lock();
        try {
            requireAlive();
            waiting = Thread.currentThread();
            talk.run();
        } catch (ExofluxException e) {
            throw e; // the conversation has come to its end
        } catch (RuntimeException | Error e) {
            process.kill(); // it waits for what never comes
            throw e;
        } finally {
            waiting = null;
            conversation.unlock();
        }
    }

    private void send(Message message) {
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
    private Message await(Kind expected) {
        boolean interrupted = false;
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
        String how = closed ? "it was closed" : stopped ? silent() : process.end();
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
        conversation.lock();
        try {
            area.close();
        } finally {
            conversation.unlock();
        }
    }

    private String silent() {
        return "its process %d gave no sign of life for %d ms".formatted(process.pid(), LOOKS * LOOK_NANOS / 1_000_000);
    }

    /** Counts looks and not time: while this process itself is stopped, none are taken. */
    private void watch() {
        long seen = -1;
        int still = 0;
        while (lost == null) {
            LockSupport.parkNanos(LOOK_NANOS);
            long beats = area.beats();
            still = beats == seen ? still + 1 : 0;
            seen = beats;
            if (still >= LOOKS) {
                stopped = true;
                process.kill();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        process.close();
    }
}
