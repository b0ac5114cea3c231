package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * Native memory for what a call reads and writes while it runs, used over and over: the cell of its result, its shapes, its
 * names. Used on MLX's thread alone.
 */
final class Cells {

    /** More dimensions than any array of ours has. */
    private static final int DIMENSIONS = 8;

    private final Arena arena = Arena.global();
    private final MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
    private final MemorySegment[] ints = {
        arena.allocate(ValueLayout.JAVA_INT, DIMENSIONS), arena.allocate(ValueLayout.JAVA_INT, DIMENSIONS)
    };
    private final MemorySegment ones = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 1, 1, 1, 1, 1, 1, 1);
    private final Map<String, MemorySegment> texts = new HashMap<>();

    /** The cell for a call's result, zero as it has to be. */
    MemorySegment out() {
        out.set(ValueLayout.JAVA_LONG, 0, 0);
        return out;
    }

    /** What the call has put there. */
    long result() {
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /** {@code values} in the first or the second of two places. */
    MemorySegment ints(int place, int... values) {
        if (values.length > DIMENSIONS) {
            throw new ExofluxException(ErrorCode.INTERNAL, values.length + " dimensions");
        }
        MemorySegment.copy(values, 0, ints[place], ValueLayout.JAVA_INT, 0, values.length);
        return ints[place];
    }

    MemorySegment ones(int count) {
        return ones.asSlice(0, (long) count * Integer.BYTES);
    }

    /** One of the few names that calls are given. */
    MemorySegment text(String text) {
        return texts.computeIfAbsent(text, arena::allocateFrom);
    }
}
