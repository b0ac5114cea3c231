package dev.exoflux.mesh.membership;

import dev.exoflux.mesh.membership.Wire.In;
import dev.exoflux.mesh.membership.Wire.Malformed;
import dev.exoflux.mesh.membership.Wire.Out;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster's state on this peer's disk: magic, checksum, entries. */
final class StateFile implements Storage {

    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
    private static final long MAGIC = 0x65786f666c757801L; // "exoflux", version 1

    private final Path file;

    StateFile(Path file) {
        this.file = file;
    }

    @Override
    public void write(List<Entry> entries) throws IOException {
        Out content = new Out();
        content.list(entries, entry -> EntryCodec.write(content, entry));
        byte[] bytes = content.bytes();
        Out out = new Out().i64(MAGIC).i64(checksum(bytes));
        byte[] head = out.bytes();
        byte[] all = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        WholeFile.write(file, all);
    }

    /** Nothing where there is no file; a damaged one is set aside, for the others know what it held. */
    @Override
    public List<Entry> read() {
        try {
            return Files.exists(file) ? entries(Files.readAllBytes(file)) : List.of();
        } catch (IOException | Malformed e) {
            LOG.warn(
                    "The cluster's state in {} cannot be read ({}): it is taken from the other peers",
                    file,
                    e.getMessage());
            setAside();
            return List.of();
        }
    }

    private static List<Entry> entries(byte[] all) throws Malformed {
        long[] head = In.read(java.util.Arrays.copyOf(all, 16), in -> new long[] {in.i64(), in.i64()});
        byte[] content = java.util.Arrays.copyOfRange(all, Math.min(16, all.length), all.length);
        if (head[0] != MAGIC || head[1] != checksum(content)) {
            throw new Malformed("it is damaged");
        }
        return In.read(content, in -> in.list(() -> EntryCodec.entry(in)));
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private void setAside() {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.debug("{} stays where it is", file, e);
        }
    }
}
