package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that a peer and its worker both see: a count that the worker raises as long as it lives, and room for what is too
 * large for their socket. Unmapped by {@link #close}, when nobody uses it any more.
 */
final class SharedArea implements AutoCloseable {

    /** Room for bulk: the logits of a few dozen sequences. What is larger comes in turn. */
    private static final int ROOM = 8 << 20;

    /** So that bulk begins on a page of its own. */
    private static final int BEFORE = 16 << 10;

    private static final VarHandle BEATS = JAVA_LONG.varHandle();
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Arena arena = Arena.ofShared();
    private final MemorySegment all;
    private final MemorySegment room;

    private SharedArea(FileChannel file) throws IOException {
        all = file.map(MapMode.READ_WRITE, 0, BEFORE + ROOM, arena);
        room = all.asSlice(BEFORE, ROOM);
    }

    /** A file for an area that nobody else can read, in memory if the system has such files, else in {@code folder}. */
    static Path file(Path folder) throws IOException {
        if (Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)) {
            Path file = Files.createTempFile(MEMORY, "exoflux-mlx-", "");
            try {
                return filled(file);
            } catch (IOException e) {
                Files.delete(file); // a container's may be small, and full
            }
        }
        return filled(Files.createTempFile(folder, "area", ""));
    }

    /** With every page there is: one that the system could not give later would end the process. */
    private static Path filled(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
            for (int left = BEFORE + ROOM; left > 0; left -= channel.write(zeros)) {
                zeros.clear().limit(Math.min(left, zeros.capacity()));
            }
        }
        return file;
    }

    static SharedArea map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new SharedArea(channel);
        }
    }

    /** For whoever is to speak next, until the other has answered. */
    MemorySegment room() {
        return room;
    }

    /** The worker lives. */
    void beat() {
        BEATS.setRelease(all, 0L, beats() + 1);
    }

    long beats() {
        return (long) BEATS.getAcquire(all, 0L);
    }

    @Override
    public void close() {
        arena.close();
    }
}
