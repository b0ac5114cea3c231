package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;
import static dev.exoflux.model.weights.ModelErrors.shown;
import static dev.exoflux.model.weights.ModelErrors.unsupported;

import dev.exoflux.model.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * One safetensors file, memory-mapped: eight bytes with the length of the header, the header (a JSON table of names,
 * types, shapes and places), the data. The format is described at huggingface.co/docs/safetensors.
 *
 * <p>Owns the mapping; every {@link StoredTensor} is a view of it and ends with {@link #close()}. Any thread may read.
 */
public final class Safetensors implements AutoCloseable {

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final long headerBytes;
    private final Map<String, SafetensorsHeader.Entry> entries;

    private Safetensors(Path file, Arena arena, MemorySegment mapped, byte[] header) {
        this.file = file;
        this.arena = arena;
        this.headerBytes = (long) Long.BYTES + header.length;
        this.data = mapped.asSlice(headerBytes);
        this.entries = SafetensorsHeader.parse(file, header, data.byteSize());
    }

    /**
     * Maps a file and reads its header.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where the file cannot be read or its header cannot be true
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena closes with what is returned
    public static Safetensors open(Path file) {
        Arena arena = Arena.ofShared();
        try {
            return open(file, arena);
        } catch (IOException e) {
            arena.close();
            throw invalid(file, "cannot be read: " + e, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static Safetensors open(Path file, Arena arena) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw invalid(file, Files.exists(file) ? "is not a file" : "there is no such file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new Safetensors(file, arena, mapped, header(file, mapped));
        }
    }

    private static byte[] header(Path file, MemorySegment mapped) {
        if (mapped.byteSize() < Long.BYTES) {
            throw invalid(file, "is " + mapped.byteSize() + " bytes long, too short for a safetensors file");
        }
        long length = mapped.get(LENGTH, 0);
        long available = mapped.byteSize() - Long.BYTES;
        if (length < 2 || length > available || length > SafetensorsHeader.MAX_BYTES) {
            throw invalid(
                    file,
                    "the header says it is " + Long.toUnsignedString(length) + " bytes long, the file has " + available
                            + " after it\nMaybe this is no safetensors file, or its download was cut short.");
        }
        return mapped.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Names of the tensors in the file, in the order of its header. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * One tensor; nothing is read from disk until its bytes are.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID if the file has none of that name, UNSUPPORTED if it is of
     *     a type exoflux does not know
     */
    public StoredTensor tensor(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        DType dtype = entry.type().dtype();
        if (dtype == null) {
            throw unsupported(file, "tensor " + shown(name) + " is of dtype " + entry.type() + ", which is not read");
        }
        return new StoredTensor(name, dtype, entry.shape(), data.asSlice(entry.from(), entry.to() - entry.from()));
    }

    /** Bytes before the data: the header and its length. */
    long headerBytes() {
        return headerBytes;
    }

    /** What the header says of a tensor, whatever its type. */
    SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = entries.get(name);
        if (entry == null) {
            throw invalid(file, "there is no tensor " + shown(name));
        }
        return entry;
    }

    @Override
    public void close() {
        arena.close();
    }
}
