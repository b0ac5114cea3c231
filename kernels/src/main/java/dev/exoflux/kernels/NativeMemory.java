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
import org.jspecify.annotations.Nullable;

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

    /** A cache line, and the longest vector. */
    private static final int SMALL_ALIGNMENT = 64;

    /** A huge page of most systems: with them a processor finds addresses faster, which streaming weights feel. */
    private static final int HUGE_PAGE = 2 << 20;

    private static final MethodHandle MALLOC =
            downcall("malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = downcall("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

    /** {@code madvise}, or null where it has no huge pages to give. */
    private static final @Nullable MethodHandle MADVISE = madvise();

    private static final int MADV_HUGEPAGE = 14;

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
        int alignment = bytes < HUGE_PAGE ? SMALL_ALIGNMENT : HUGE_PAGE;
        long raw = bytes > left ? 0 : malloc(bytes + alignment);
        if (raw == 0) {
            throw new ExofluxException(ErrorCode.OUT_OF_MEMORY, """
                    No memory for %s: %s needed, %s available, %s already taken by weights and caches.
                    Maybe use a smaller or more strongly quantised model, a shorter context or fewer sequences at once.""".formatted(
                            what, mebibytes(bytes), mebibytes(left), mebibytes(inUse.get())));
        }
        inUse.addAndGet(bytes);
        long address = (raw + alignment - 1) & -alignment;
        preferHugePages(address, bytes);
        return new Block(raw, address, bytes);
    }

    private static String mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
    }

    private static @Nullable MethodHandle madvise() {
        return System.getProperty("os.name").equals("Linux")
                ? downcall(
                        "madvise",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT))
                : null;
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

    /** The advice may be refused: then the pages are small, and everything works. */
    private static void preferHugePages(long address, long bytes) {
        if (MADVISE != null && bytes >= HUGE_PAGE) {
            try {
                int _ = (int) MADVISE.invokeExact(address, bytes & -HUGE_PAGE, MADV_HUGEPAGE);
            } catch (Throwable e) {
                throw new IllegalStateException("madvise cannot be called", e);
            }
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
        private final long address;
        private final long bytes;
        private boolean closed;

        private Block(long raw, long address, long bytes) {
            this.raw = raw;
            this.address = address;
            this.bytes = bytes;
        }

        /** A multiple of 64. */
        long address() {
            return address;
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
