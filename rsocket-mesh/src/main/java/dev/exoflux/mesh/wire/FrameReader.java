package dev.exoflux.mesh.wire;

import dev.exoflux.model.ExofluxException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Reads the numbers of a frame, and refuses to go beyond its end: nothing is allocated for a count before the frame has been
 * seen to hold as much. Does not own the buffer. For one thread.
 */
public final class FrameReader {

    private final ByteBuf in;

    public FrameReader(ByteBuf in) {
        this.in = in;
    }

    public int uint8() {
        require(1);
        return in.readUnsignedByte();
    }

    int uint16() {
        require(2);
        return in.readUnsignedShortLE();
    }

    public int int32() {
        require(4);
        return in.readIntLE();
    }

    public long int64() {
        require(8);
        return in.readLongLE();
    }

    float float32() {
        require(4);
        return in.readFloatLE();
    }

    double float64() {
        require(8);
        return in.readDoubleLE();
    }

    /** A number from {@code least} on. */
    int int32(String name, int least) {
        int value = int32();
        if (value < least) {
            throw WireErrors.damaged("%s is %d".formatted(name, value));
        }
        return value;
    }

    /** A set of bits, none of which is unknown. */
    int flags(int known) {
        int flags = uint8();
        if ((flags & ~known) != 0) {
            throw WireErrors.damaged("flags are 0x%02x".formatted(flags));
        }
        return flags;
    }

    /** How many of something follow, each of at least {@code bytesEach}. */
    public int count(String name, int bytesEach) {
        int count = int32(name, 0);
        if ((long) count * bytesEach > in.readableBytes()) {
            throw WireErrors.damaged("%s are %d, in %d bytes".formatted(name, count, in.readableBytes()));
        }
        return count;
    }

    /** As many numbers as were {@linkplain #count counted}. */
    int[] ints(int count) {
        require(4L * count);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readIntLE();
        }
        return values;
    }

    /** Token ids behind their count. */
    int[] ids(String name) {
        int[] ids = ints(count(name, 4));
        for (int id : ids) {
            if (id < 0) {
                throw WireErrors.damaged("%s: one is %d".formatted(name, id));
            }
        }
        return ids;
    }

    /** The version of the layout that follows, which has to be the one that is known. */
    void version(int known) {
        int version = uint8();
        if (version != known) {
            throw WireErrors.version(version, known);
        }
    }

    /** {@code rows * width} hidden states. */
    float[] hidden(int rows, int width, HiddenFormat format) {
        long bytes = (long) rows * width * format.bytes();
        if (bytes > in.readableBytes()) { // cannot overflow: as many ids have been read before
            throw WireErrors.damaged("%d rows of %d in %d bytes".formatted(rows, width, in.readableBytes()));
        }
        return HiddenStates.read(rows * width, format, in);
    }

    public String text() {
        int bytes = count("characters", 1);
        return in.readCharSequence(bytes, StandardCharsets.UTF_8).toString();
    }

    /** That the frame does not say what a frame says, and how. */
    public static ExofluxException damaged(String how) {
        return WireErrors.damaged(how);
    }

    /** Nothing may follow. */
    public void end() {
        if (in.isReadable()) {
            throw WireErrors.damaged(in.readableBytes() + " bytes follow its end");
        }
    }

    private void require(long bytes) {
        if (bytes > in.readableBytes()) {
            throw WireErrors.damaged("it ends %d bytes early".formatted(bytes - in.readableBytes()));
        }
    }
}
