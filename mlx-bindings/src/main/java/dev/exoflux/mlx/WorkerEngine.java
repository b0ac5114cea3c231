package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.exoflux.mlx.Message.Kind;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.MatrixData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** MLX in a process of its own. When that is lost, all it held is lost with it, and whoever asks it for anything is told. */
final class WorkerEngine implements Engine {

    private final WorkerProcess process;
    private final SharedArea area;
    private final EngineFacts facts;
    private final Conversation talk;
    private final AtomicInteger numbers = new AtomicInteger();

    private WorkerEngine(WorkerProcess process, Patience patience) {
        this.process = process;
        this.area = process.area();
        this.facts = begun(process.first());
        this.talk = new Conversation(process, patience);
        talk.begin();
    }

    /**
     * Starts a process.
     *
     * @throws ExofluxException BACKEND_LOST if it does not begin, INVALID_CONFIGURATION if the library cannot be used
     */
    static WorkerEngine start(Path library, MlxSettings settings) {
        return start(library, settings, new Patience());
    }

    /** The same with so much patience. */
    static WorkerEngine start(Path library, MlxSettings settings, Patience patience) {
        WorkerProcess process = WorkerProcess.start(library, settings);
        try {
            return new WorkerEngine(process, patience);
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
        return talk.lost();
    }

    // ---- what stages ask

    @Override
    public void tell(Program orders) {
        talk.mention(Message.of(Kind.TELL, 0, Texts.of(orders)));
    }

    @Override
    public void abandon(int pass) {
        talk.mention(Message.of(Kind.ABANDON, pass, 0, 0));
    }

    @Override
    public void load(int matrix, MatrixData data, float @Nullable [] bias) {
        WeightForm form = WeightForm.of(data, bias);
        talk.hold(0, () -> {
            talk.send(Message.of(Kind.LOAD, matrix, Texts.of(form)));
            boolean begun = false;
            for (MemorySegment numbers : WeightForm.numbers(data, bias)) {
                long row = numbers.byteSize() / form.rows();
                long most = Math.max(1, area.room().byteSize() / row) * row;
                for (long at = 0; at < numbers.byteSize(); at += most) {
                    if (begun) {
                        talk.await(Kind.GO);
                    }
                    begun = true;
                    piece(numbers, at, Math.min(most, numbers.byteSize() - at));
                }
            }
            talk.await(Kind.DONE);
        });
    }

    private void piece(MemorySegment from, long at, long bytes) {
        MemorySegment.copy(from, at, area.room(), 0, bytes);
        talk.send(Message.of(Kind.PIECE, 0, 0, bytes));
    }

    @Override
    public void compute(int pass, Program steps, int tensor, int count, float[] out) {
        talk.hold(steps.work(), () -> {
            ask(Kind.COMPUTE, pass, tensor, steps);
            for (int at = 0; at < count; ) {
                Message part = talk.await(Kind.PART);
                int numbers = Math.toIntExact(part.bytes() / Float.BYTES);
                MemorySegment.copy(area.room(), JAVA_FLOAT, 0, out, at, numbers);
                at += numbers;
                if (part.second() == 0) {
                    talk.send(Message.of(Kind.GO));
                }
            }
        });
    }

    @Override
    public void finish(int pass, Program steps) {
        talk.hold(steps.work(), () -> {
            ask(Kind.FINISH, pass, 0, steps);
            talk.await(Kind.DONE);
        });
    }

    @Override
    public long figure(Figure figure, int matrix) {
        long[] told = {0};
        talk.hold(0, () -> {
            talk.send(Message.of(Kind.ASK, figure.code(), matrix, 0));
            told[0] = talk.await(Kind.DONE).bytes();
        });
        return told[0];
    }

    private void ask(Kind kind, int pass, int tensor, Program steps) {
        long bytes = steps.bytes();
        MemorySegment room = area.room();
        if (bytes <= room.byteSize()) {
            steps.write(room);
            talk.send(Message.of(kind, pass, tensor, bytes));
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(bytes);
            steps.write(whole);
            MemorySegment.copy(whole, 0, room, 0, room.byteSize());
            talk.send(Message.of(kind, pass, tensor, bytes));
            for (long at = room.byteSize(); at < bytes; at += room.byteSize()) {
                talk.await(Kind.GO);
                piece(whole, at, Math.min(room.byteSize(), bytes - at));
            }
        }
    }

    @Override
    public void close() {
        talk.close();
    }
}
