package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.exoflux.mlx.c.ErrorText;
import dev.exoflux.mlx.c.MlxLibrary;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * MLX in this process: its library and device, and what every call needs. There is one, used on the one thread that made it.
 * Never ends.
 */
final class MlxRuntime {

    private final MlxLibrary library;
    private final MlxDevice device;
    private final Cells cells = new Cells();
    private final AtomicLong handles = new AtomicLong();

    /** @param most bytes that it may take; 0 for as many as the device recommends */
    MlxRuntime(MlxLibrary library, long most) {
        this.library = library;
        this.device = MlxDevice.open(library.devices(), most);
    }

    MlxLibrary library() {
        return library;
    }

    MlxDevice device() {
        return device;
    }

    Cells cells() {
        return cells;
    }

    /** Arrays whose handles nobody has freed yet. */
    long liveHandles() {
        return handles.get();
    }

    /** There is a new handle. */
    void counted() {
        handles.incrementAndGet();
    }

    /** Frees a handle; on MLX's thread. */
    void free(long array) {
        library.arrays().free(array);
        handles.decrementAndGet();
    }

    /** Bytes of all arrays there are; on MLX's thread. */
    long activeBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = arena.allocate(JAVA_LONG);
            library.devices().getActiveMemory(cell);
            return cell.get(JAVA_LONG, 0);
        }
    }

    /** Gives freed buffers back to the system; on MLX's thread. */
    void clearCache() {
        library.devices().clearCache();
    }

    /** What MLX has just refused, with the shapes it was asked about. */
    ExofluxException failed(String op, long... inputs) {
        String text = ErrorText.take();
        StringBuilder shapes = new StringBuilder();
        for (long input : inputs) {
            shapes.append(shapes.isEmpty() ? " of " : " and ").append(shape(input));
        }
        boolean memory = text.toLowerCase(Locale.ROOT).contains("alloc");
        return new ExofluxException(
                memory ? ErrorCode.OUT_OF_MEMORY : ErrorCode.INTERNAL,
                "MLX failed in %s%s: %s%nMaybe %s"
                        .formatted(
                                op,
                                shapes,
                                text,
                                memory
                                        ? "use a smaller model or allow a shorter context."
                                        : "report this with the model's name: it is a defect of exoflux or of MLX."));
    }

    @SuppressWarnings("restricted") // as long as the array says
    private String shape(long array) {
        if (array == 0) {
            return "nothing";
        }
        long dimensions = library.arrays().ndim(array);
        StringBuilder text = new StringBuilder("[");
        MemorySegment shape = library.arrays().shape(array).reinterpret(dimensions * Integer.BYTES);
        for (int i = 0; i < dimensions; i++) {
            text.append(i == 0 ? "" : ", ").append(shape.getAtIndex(JAVA_INT, i));
        }
        return text.append(']').toString();
    }
}
