package dev.exoflux.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Memory of a Mac, asked from its kernel: {@code host_statistics64} with {@code HOST_VM_INFO64}. */
final class MacMemory {

    private static final int HOST_VM_INFO64 = 4;

    /** {@code vm_statistics64} has 38 numbers of four bytes today; a later system may know more. */
    private static final int NUMBERS = 64;

    /** It begins with the counts of pages that are free, active, inactive and wired. */
    private static final int FREE = 0;

    private static final int INACTIVE = 2;

    private MacMemory() {}

    /** Bytes in free and inactive pages, which the system gives out before it compresses or swaps anything. */
    static long available() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = arena.allocate(ValueLayout.JAVA_INT, NUMBERS);
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, NUMBERS);
            int status = (int) Kernel.STATISTICS.invokeExact(Kernel.HOST, HOST_VM_INFO64, statistics, count);
            return status == 0 ? available(statistics, Kernel.PAGE) : Long.MAX_VALUE;
        } catch (Throwable e) {
            throw unasked(e);
        }
    }

    static long available(MemorySegment statistics, int pageBytes) {
        long free = Integer.toUnsignedLong(statistics.getAtIndex(ValueLayout.JAVA_INT, FREE));
        long inactive = Integer.toUnsignedLong(statistics.getAtIndex(ValueLayout.JAVA_INT, INACTIVE));
        return (free + inactive) * pageBytes;
    }

    private static IllegalStateException unasked(Throwable cause) {
        return new IllegalStateException("the kernel cannot be asked for its memory", cause);
    }

    /** Looked up where there is a Mac, once: each call for the host would take another of its ports. */
    private static final class Kernel {
        static final MethodHandle STATISTICS = call(
                "host_statistics64",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));
        static final int HOST = number("mach_host_self");
        static final int PAGE = number("getpagesize");

        private static int number(String function) {
            try {
                return (int) call(function, FunctionDescriptor.of(ValueLayout.JAVA_INT))
                        .invokeExact();
            } catch (Throwable e) {
                throw unasked(e);
            }
        }

        @SuppressWarnings("restricted")
        private static MethodHandle call(String name, FunctionDescriptor descriptor) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
        }
    }
}
