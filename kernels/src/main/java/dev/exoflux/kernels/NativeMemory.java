package dev.exoflux.kernels;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The C heap, for weights and caches: neither zeroed nor counted against the limits of Java's heap and direct buffers, and
 * freed at once.
 *
 * <p>Keeps count of the bytes in use, and refuses what the machine has no room for before the system would have to kill
 * somebody. Thread-safe.
 */
final class NativeMemory {

    /** All memory, so that a kernel adds an address and pays for no other bounds or liveness check. */
    @SuppressWarnings("restricted") // kernels check extents once, at their door
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Alignment of every block: a cache line, and the longest vector. */
    static final int ALIGNMENT = 64;

    private static final MethodHandle MALLOC =
            downcall("malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = downcall("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

    private final AtomicLong inUse = new AtomicLong();
    private final LongSupplier available;

    /** @param available bytes that may still be taken */
    NativeMemory(LongSupplier available) {
        this.available = available;
    }

    /** Bytes that may still be taken. */
    long bytesAvailable() {
        return available.getAsLong();
    }

    /** Bytes taken and not yet freed. */
    long bytesInUse() {
        return inUse.get();
    }

    /**
     * An uninitialised block.
     *
     * @param what the block is for, to name in the error
     * @throws ExofluxException with {@link ErrorCode#OUT_OF_MEMORY}
     */
    Block allocate(long bytes, String what) {
        long left = available.getAsLong();
        long raw = bytes > left ? 0 : malloc(bytes + ALIGNMENT);
        if (raw == 0) {
            throw new ExofluxException(ErrorCode.OUT_OF_MEMORY, """
                    No memory for %s: %s needed, %s available, %s already taken by weights and caches.
                    Maybe use a smaller or more strongly quantised model, a shorter context or fewer sequences at once.""".formatted(
                            what, mebibytes(bytes), mebibytes(left), mebibytes(inUse.get())));
        }
        inUse.addAndGet(bytes);
        return new Block(raw, bytes);
    }

    private static String mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
    }

    @SuppressWarnings("restricted")
    private static MethodHandle downcall(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    private static long malloc(long bytes) {
        try {
            return (long) MALLOC.invokeExact(bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("malloc cannot be called", e);
        }
    }

    private static void free(long address) {
        try {
            FREE.invokeExact(address);
        } catch (Throwable e) {
            throw new IllegalStateException("free cannot be called", e);
        }
    }

    /** Memory with one owner, who closes it once; closing again does nothing. */
    final class Block implements AutoCloseable {
        private final long raw;
        private final long bytes;
        private boolean closed;

        private Block(long raw, long bytes) {
            this.raw = raw;
            this.bytes = bytes;
        }

        /** Aligned to {@link #ALIGNMENT}. */
        long address() {
            return (raw + ALIGNMENT - 1) & -ALIGNMENT;
        }

        long bytes() {
            return bytes;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                inUse.addAndGet(-bytes);
                free(raw);
            }
        }
    }
}
