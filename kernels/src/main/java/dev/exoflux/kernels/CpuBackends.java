package dev.exoflux.kernels;

/** Makes the CPU backend that suits this machine. */
public final class CpuBackends {

    /** Which kernels to use. */
    public enum Choice {
        /** The fastest that this JVM can run. */
        BEST,
        /** Plain Java loops, for comparison. */
        SCALAR
    }

    private CpuBackends() {}

    /** As many threads as physical cores are available to this process. */
    public static int defaultThreads() {
        return PhysicalCores.available();
    }

    /** The best backend, with the {@linkplain #defaultThreads() default number of threads}. */
    public static CpuBackend create() {
        return create(defaultThreads());
    }

    /** The best backend. */
    public static CpuBackend create(int threads) {
        return create(threads, Choice.BEST);
    }

    /** As {@link #create(int, Choice, Activations)}, with activations rounded where that is fast. */
    public static CpuBackend create(int threads, Choice choice) {
        return create(threads, choice, Activations.INT8);
    }

    /**
     * A backend that the caller closes.
     *
     * @param threads that work on one operation at most, the calling one among them; at least 1
     */
    public static CpuBackend create(int threads, Choice choice, Activations activations) {
        if (threads < 1) {
            throw new IllegalArgumentException("a backend needs a thread, not " + threads);
        }
        NativeMemory memory = new NativeMemory(PhysicalMemory::available);
        if (choice == Choice.SCALAR) {
            return new ScalarBackend(threads, activations, memory, "as asked for");
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new ScalarBackend(
                    threads, activations, memory, "this JVM was started without --add-modules jdk.incubator.vector");
        }
        return VectorBackend.usable()
                ? new VectorBackend(threads, activations, memory)
                : new ScalarBackend(threads, activations, memory, "this JVM knows no vectors of 128 bits or more here");
    }
}
