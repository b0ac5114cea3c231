package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files so that they are there as a whole, old or new, whatever is pulled out at whatever moment. */
public final class WholeFile {

    private WholeFile() {}

    /** Returns when the bytes are on the disk under that name. */
    public static void write(Path file, byte[] bytes) throws IOException {
        Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
        Path next = Files.createTempFile(directory, file.getFileName() + "-", ".new");
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
        forceNames(directory);
    }

    /** Removes a file, and returns when that is on the disk. */
    public static void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
        forceNames(file.toAbsolutePath().resolveSibling(""));
    }

    /** The names in a directory; where directories cannot be opened (Windows), the system sees to it. */
    private static void forceNames(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // nothing to be done about it, and the file itself is safe
        }
    }
}
