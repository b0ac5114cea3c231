package dev.exoflux.mesh.wire;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Hidden states into and out of a buffer, in one copy: from the array that a stage filled to the memory that the socket is
 * written from, and from the memory it was read into to the array that the next stage computes with.
 */
final class HiddenStates {

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) { // rows are copied, not converted
            throw new UnsupportedOperationException("Peers have to be little-endian machines.");
        }
    }

    private HiddenStates() {}

    /** Appends {@code values} to {@code out}, which has room for them in one piece. */
    static void write(float[] values, HiddenFormat format, ByteBuf out) {
        MemorySegment source = switch (format) {
            case F32 -> MemorySegment.ofArray(values);
            case BF16 -> MemorySegment.ofArray(rounded(values));
        };
        int bytes = Math.toIntExact(source.byteSize());
        if (bytes > 0) {
            MemorySegment.ofBuffer(out.nioBuffer(out.writerIndex(), bytes)).copyFrom(source);
            out.writerIndex(out.writerIndex() + bytes);
        }
    }

    /** The next {@code count} values of {@code in}, which holds as many. */
    static float[] read(int count, HiddenFormat format, ByteBuf in) {
        return switch (format) {
            case F32 -> {
                float[] values = new float[count];
                copy(in, MemorySegment.ofArray(values));
                yield values;
            }
            case BF16 -> {
                short[] halves = new short[count];
                copy(in, MemorySegment.ofArray(halves));
                yield widened(halves);
            }
        };
    }

    /** Fills {@code target} from a buffer that may be in pieces, as fragments that were put together are. */
    private static void copy(ByteBuf in, MemorySegment target) {
        int bytes = Math.toIntExact(target.byteSize());
        if (bytes == 0) {
            return;
        }
        long filled = 0;
        for (ByteBuffer piece : in.nioBuffers(in.readerIndex(), bytes)) {
            MemorySegment.copy(MemorySegment.ofBuffer(piece), 0, target, filled, piece.remaining());
            filled += piece.remaining();
        }
        in.skipBytes(bytes);
    }

    private static short[] rounded(float[] values) {
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            halves[i] = bf16(values[i]);
        }
        return halves;
    }

    private static float[] widened(short[] halves) {
        float[] values = new float[halves.length];
        for (int i = 0; i < halves.length; i++) {
            values[i] = Float.intBitsToFloat(halves[i] << 16);
        }
        return values;
    }

    /** The nearest bf16, ties to the even one; not a number stays one. */
    static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40); // a quiet one, whatever its lower half was
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
