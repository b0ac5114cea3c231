package dev.exoflux.mesh.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets one pull at a time write to a model's directory, of all processes that share a data directory. The operating system lets
 * go of it when the process ends. Thread-safe.
 */
final class PullLock implements AutoCloseable {

    /** Closing a second channel on a locked file would free the lock for other processes: so nobody here opens one. */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private @Nullable FileChannel channel;
    private boolean closed;

    /** @param directory the model's; the lock lies beside it */
    PullLock(Path directory) {
        this.file = directory
                .resolveSibling("." + directory.getFileName() + ".lock")
                .toAbsolutePath()
                .normalize();
    }

    /** Whether it is ours now; never after {@link #close()}. */
    synchronized boolean tryAcquire() throws IOException {
        if (closed || !LOCKED_HERE.add(file)) {
            return false;
        }
        FileLock lock = null;
        FileChannel opened = null;
        try {
            Files.createDirectories(file.resolveSibling(""));
            opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = opened.tryLock();
            return lock != null;
        } finally {
            if (lock != null) {
                channel = opened;
            } else {
                LOCKED_HERE.remove(file);
                if (opened != null) {
                    opened.close();
                }
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        FileChannel held = channel;
        if (held != null) {
            channel = null;
            held.close();
            LOCKED_HERE.remove(file);
        }
    }
}
