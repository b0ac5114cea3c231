package dev.exoflux.shell;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The most memory this process has had resident, as the operating system counts it: mapped files and native memory included. */
final class PeakMemory {

    private static final int RUSAGE_SELF = 0;
    /** {@code ru_maxrss} follows two {@code struct timeval} of 16 bytes, on Linux and macOS alike. */
    private static final long MAX_RESIDENT_OFFSET = 32;

    private static final long RUSAGE_BYTES = 256;

    private PeakMemory() {}

    /** Bytes, from {@code getrusage(2)}. */
    @SuppressWarnings("restricted") // the launcher and the manifest enable native access
    static long bytes() {
        Linker linker = Linker.nativeLinker();
        MethodHandle getrusage = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getrusage"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(RUSAGE_BYTES, 8);
            int code = (int) getrusage.invokeExact(RUSAGE_SELF, usage);
            if (code != 0) {
                throw new IllegalStateException("getrusage failed with " + code);
            }
            long peak = usage.get(ValueLayout.JAVA_LONG, MAX_RESIDENT_OFFSET);
            boolean kilobytes = System.getProperty("os.name").startsWith("Linux");
            return kilobytes ? peak * 1024 : peak;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
