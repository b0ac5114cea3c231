package dev.exoflux.kernels;

import java.nio.file.Path;

/** Makes the CPU backend that suits this machine. */
public final class CpuBackends {

    /** Which kernels to use. */
    public enum Choice {
        /** The fastest that this machine can run: compiled ones too where they are. */
        BEST,
        /** Those on the Vector API. */
        VECTOR,
        /** Plain Java loops, for comparison. */
        SCALAR
    }

    private CpuBackends() {}

    /** As many threads as physical cores are available to this process. */
    public static int defaultThreads() {
        return PhysicalCores.available();
    }

    /** The best Java kernels on {@linkplain #defaultThreads() the default number of threads}; the caller closes it. */
    public static CpuBackend create() {
        return create(CpuSettings.of(defaultThreads()));
    }

    /** As {@link #create(CpuSettings)}, with activations rounded and without compiled kernels. */
    public static CpuBackend create(int threads, Choice kernels) {
        return create(new CpuSettings(threads, kernels, Activations.ROUNDED, KvType.BF16, null));
    }

    /**
     * A backend that the caller closes. Where it may compile kernels, the first call on a machine takes some seconds for that
     * and for trying them.
     */
    public static CpuBackend create(CpuSettings settings) {
        NativeMemory memory = new NativeMemory(PhysicalMemory::available);
        if (settings.kernels() == Choice.SCALAR) {
            return new ScalarBackend(settings, memory, "as asked for");
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new ScalarBackend(
                    settings, memory, "this JVM was started without --add-modules jdk.incubator.vector");
        }
        return VectorBackend.usable()
                ? vectors(settings, memory)
                : new ScalarBackend(settings, memory, "this JVM knows no vectors of 128 bits or more here");
    }

    private static CpuBackend vectors(CpuSettings settings, NativeMemory memory) {
        Path compiled = settings.compiled();
        boolean wanted = settings.kernels() == Choice.BEST && settings.activations() == Activations.ROUNDED;
        Accelerator accelerator = wanted && compiled != null ? Accelerator.find(compiled) : null;
        return new VectorBackend(settings, memory, accelerator);
    }
}
