package dev.exoflux.mesh.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is among the peers: an id that survives restarts, kept in {@code HOME/peers/SLOT} under a lock, so that
 * two processes never share it. A second process of the same data directory takes the next slot.
 *
 * <p>The operating system lets go of the lock when the process ends, however it ends. Thread-safe.
 */
public final class PeerIdentity implements AutoCloseable {

    private static final int SLOTS = 256;

    /** Closing a second channel on a locked file would free the lock for other processes: so nobody here opens one. */
    private static final Set<Path> CLAIMED_HERE = ConcurrentHashMap.newKeySet();

    private final String id;
    private final String name;
    private final long start;
    private final Path directory;
    private final FileChannel lock;

    private PeerIdentity(String id, String name, long start, Path directory, FileChannel lock) {
        this.id = id;
        this.name = name;
        this.start = start;
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Takes the first free slot, making one where there is none.
     *
     * @param home the data directory
     * @throws ExofluxException INVALID_CONFIGURATION where it cannot be written
     */
    public static PeerIdentity claim(Path home) {
        return claim(home, hostName());
    }

    static PeerIdentity claim(Path home, String host) {
        try {
            Path peers = Files.createDirectories(home.resolve("peers")).toRealPath();
            for (int slot = 0; slot < SLOTS; slot++) {
                PeerIdentity identity = claim(peers.resolve(Integer.toString(slot)), host, slot);
                if (identity != null) {
                    return identity;
                }
            }
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The peer's identity cannot be kept in %s: %s.\nMaybe set EXOFLUX_HOME to a directory that can be written."
                            .formatted(home, e),
                    e);
        }
        throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, """
                %d peers run already with the data directory %s.
                Maybe set EXOFLUX_HOME to another directory.""".formatted(SLOTS, home));
    }

    private static @Nullable PeerIdentity claim(Path directory, String host, int slot) throws IOException {
        if (!CLAIMED_HERE.add(directory)) {
            return null;
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            return lock == null ? null : read(directory, slot == 0 ? host : host + "-" + (slot + 1), channel);
        } finally {
            if (lock == null) {
                release(directory, channel);
            }
        }
    }

    private static PeerIdentity read(Path directory, String name, FileChannel lock) throws IOException {
        Path file = directory.resolve("identity");
        Properties kept = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file, UTF_8)) {
                kept.load(reader);
            }
        }
        String id = kept.getProperty("id", "");
        if (!id.matches("[0-9a-z]{4,40}")) {
            id = newId();
        }
        long start = number(kept.getProperty("starts", "0")) + 1;
        WholeFile.write(file, "id=%s%nstarts=%d%n".formatted(id, start).getBytes(UTF_8));
        return new PeerIdentity(id, name, start, directory, lock);
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static String newId() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String hostName() {
        String host = "";
        try {
            Path linux = Path.of("/proc/sys/kernel/hostname");
            host = Files.exists(linux)
                    ? Files.readString(linux).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            // a machine without a name
        }
        int domain = host.indexOf('.');
        String first = domain > 0 ? host.substring(0, domain) : host;
        return first.isEmpty() ? "peer" : first;
    }

    /** The same at every start with this slot; lower-case letters and digits. */
    public String id() {
        return id;
    }

    /** For people: the host's name, with a number for the second process and more. */
    public String name() {
        return name;
    }

    /** How many times this identity was taken, this time included: tells a restarted peer from what is left of it. */
    long start() {
        return start;
    }

    /** Where this peer, and no other, keeps what it has to remember. */
    public Path directory() {
        return directory;
    }

    /** Gives the slot back; closing again does nothing. */
    @Override
    public void close() {
        if (lock.isOpen()) {
            release(directory, lock);
        }
    }

    private static void release(Path directory, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the system frees it with the process
        } finally {
            CLAIMED_HERE.remove(directory);
        }
    }
}
