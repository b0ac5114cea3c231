package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.exoflux.mlx.Message.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** The worker's half of what it and its peer say to each other. Runs on the thread that MLX belongs to. */
final class Worker {

    private final Link link;
    private final SharedArea area;
    private final MlxRuntime mlx;
    private final Interpreter interpreter;

    Worker(Link link, SharedArea area, MlxRuntime mlx, Interpreter interpreter) {
        this.link = link;
        this.area = area;
        this.mlx = mlx;
        this.interpreter = interpreter;
    }

    /** Serves until the peer goes, which is an error of the link. */
    void serve() throws IOException {
        link.send(Message.of(Kind.READY, 0, Texts.of(interpreter.facts())));
        while (true) {
            Message asked = next();
            try {
                answer(asked);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (RuntimeException e) {
                link.send(Message.of(Kind.FAILED, 0, Texts.of(e)));
            }
        }
    }

    /** The next message that somebody waits for an answer to; carries out those before it that nobody does. */
    private Message next() throws IOException {
        while (true) {
            Message message = link.receive();
            switch (message.kind()) {
                case TELL -> quietly(() -> interpreter.carryOut(Texts.program(message.text())));
                case ABANDON -> quietly(() -> interpreter.abandon(message.first()));
                default -> {
                    return message;
                }
            }
        }
    }

    private static void quietly(Runnable order) {
        try {
            order.run();
        } catch (RuntimeException e) { // whoever needs what was ordered will be told
            System.err.println("MLX could not carry out an order: " + e);
        }
    }

    private void answer(Message asked) throws IOException {
        switch (asked.kind()) {
            case LOAD -> {
                interpreter.load(asked.first(), Texts.form(asked.text()), new PieceSource(mlx, pieces()));
                link.send(Message.of(Kind.DONE));
            }
            case COMPUTE -> {
                try (Arena arena = Arena.ofConfined()) {
                    interpreter.compute(asked.first(), program(asked, arena), asked.second(), this::give);
                }
                quietly(interpreter::goAhead); // nobody waits for an answer any more
            }
            case FINISH -> {
                try (Arena arena = Arena.ofConfined()) {
                    interpreter.finish(asked.first(), program(asked, arena));
                }
                link.send(Message.of(Kind.DONE));
            }
            case ASK ->
                link.send(Message.of(Kind.DONE, 0, 0, interpreter.figure(Figure.of(asked.first()), asked.second())));
            default -> throw new IllegalStateException("not to be answered: " + asked.kind());
        }
    }

    /** Pieces of a matrix: the peer sends one whenever it is told that the one before has been taken. */
    private Supplier<MemorySegment> pieces() {
        boolean[] begun = {false};
        return () -> {
            try {
                if (begun[0]) {
                    link.send(Message.of(Kind.GO));
                }
                begun[0] = true;
                return area.room().asSlice(0, piece().bytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private Message piece() throws IOException {
        Message message = next();
        if (message.kind() != Kind.PIECE) {
            throw new IllegalStateException("no piece: " + message.kind());
        }
        return message;
    }

    /** The program in the area; one that is larger comes in pieces, and is put together in {@code arena}. */
    private Program program(Message asked, Arena arena) throws IOException {
        long bytes = asked.bytes();
        MemorySegment room = area.room();
        if (bytes <= room.byteSize()) {
            return Program.read(room.asSlice(0, bytes));
        }
        MemorySegment whole = arena.allocate(bytes);
        MemorySegment.copy(room, 0, whole, 0, room.byteSize());
        for (long at = room.byteSize(); at < bytes; ) {
            link.send(Message.of(Kind.GO));
            long more = piece().bytes();
            MemorySegment.copy(room, 0, whole, at, more);
            at += more;
        }
        return Program.read(whole);
    }

    /** Shows the peer a tensor's numbers, as many at a time as there is room for. */
    private void give(MemorySegment numbers) {
        try {
            long room = area.room().byteSize();
            for (long at = 0; at < numbers.byteSize(); at += room) {
                long part = Math.min(room, numbers.byteSize() - at);
                boolean last = at + part == numbers.byteSize();
                MemorySegment.copy(numbers, JAVA_BYTE, at, area.room(), JAVA_BYTE, 0, part);
                link.send(Message.of(Kind.PART, 0, last ? 1 : 0, part));
                if (!last && next().kind() != Kind.GO) {
                    throw new IllegalStateException("the peer did not wait for the rest");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
