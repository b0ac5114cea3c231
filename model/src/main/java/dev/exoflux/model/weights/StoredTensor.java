package dev.exoflux.model.weights;

import dev.exoflux.model.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor as its file holds it.
 *
 * @param name as in the checkpoint
 * @param shape dimensions, outermost first; empty for a single number
 * @param bytes row-major, little-endian, at no particular alignment; a view of the mapped file that ends with it
 */
public record StoredTensor(String name, DType dtype, List<Long> shape, MemorySegment bytes) {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Number of elements. */
    public long elements() {
        return bytes.byteSize() / dtype.bytes();
    }

    /**
     * All elements as f32, row-major.
     *
     * @throws IllegalStateException if the type is none of F32, F16 and BF16
     */
    public float[] toFloats() {
        float[] floats = new float[Math.toIntExact(elements())];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = floatAt(i);
        }
        return floats;
    }

    private float floatAt(int i) {
        return switch (dtype) {
            case F32 -> bytes.getAtIndex(FLOAT, i);
            case F16 -> Float.float16ToFloat(bytes.getAtIndex(SHORT, i));
            case BF16 -> Float.intBitsToFloat(bytes.getAtIndex(SHORT, i) << 16);
            case U32, U8, I64 -> throw new IllegalStateException(name + " holds " + dtype);
        };
    }
}
