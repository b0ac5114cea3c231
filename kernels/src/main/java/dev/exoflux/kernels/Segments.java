package dev.exoflux.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as compiled code is handed them. Decoding passes the same few arrays again and again: what was made for the last of
 * them is kept, so that a call leaves nothing behind. For one thread.
 */
@SuppressWarnings("ReferenceEquality") // two arrays with equal contents are still two
final class Segments {

    /** More than a layer has: the arrays behind its tensors, and what those are made ready in. */
    private static final int KEPT = 64;

    /** Arrays of a prompt are longer: to hold on to those would cost memory, and their calls take long anyway. */
    private static final int LONGEST = 1 << 17;

    private final @Nullable Object[] arrays = new Object[KEPT];
    private final MemorySegment[] segments = new MemorySegment[KEPT];
    private int next;

    MemorySegment of(float[] array) {
        MemorySegment known = known(array);
        return known != null ? known : keep(array, array.length, MemorySegment.ofArray(array));
    }

    MemorySegment of(int[] array) {
        MemorySegment known = known(array);
        return known != null ? known : keep(array, array.length, MemorySegment.ofArray(array));
    }

    MemorySegment of(long[] array) {
        MemorySegment known = known(array);
        return known != null ? known : keep(array, array.length, MemorySegment.ofArray(array));
    }

    private @Nullable MemorySegment known(Object array) {
        for (int i = 0; i < KEPT && arrays[i] != null; i++) {
            if (arrays[i] == array) {
                return segments[i];
            }
        }
        return null;
    }

    private MemorySegment keep(Object array, int length, MemorySegment segment) {
        if (length <= LONGEST) {
            arrays[next] = array;
            segments[next] = segment;
            next = (next + 1) % KEPT;
        }
        return segment;
    }
}
