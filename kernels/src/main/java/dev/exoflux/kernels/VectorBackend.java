package dev.exoflux.kernels;

import org.jspecify.annotations.Nullable;

/** The Vector API's kernels, with the longest vectors this machine prefers, and compiled ones for what they do better. */
final class VectorBackend extends CpuBackend {

    private final Activations activations;
    private final @Nullable Accelerator accelerator;

    /** @param accelerator null where none was looked for */
    VectorBackend(CpuSettings settings, NativeMemory memory, @Nullable Accelerator accelerator) {
        super(
                new VectorKernels(settings.activations(), accelerator == null ? null : accelerator.products()),
                settings,
                memory);
        this.activations = settings.activations();
        this.accelerator = accelerator;
    }

    /** Whether this machine has vectors worth the name; asks for the Vector API's module. */
    static boolean usable() {
        return Lanes.usable();
    }

    @Override
    public String name() {
        return "cpu-vector-" + Lanes.BITS;
    }

    @Override
    public String description() {
        return "vectors of %d bits, which this machine prefers, on %d threads; %s%s"
                .formatted(
                        Lanes.BITS,
                        threads(),
                        activations == Activations.ROUNDED
                                ? "activations rounded to 8 bits for weights of 4 and 8, to bf16 for bf16"
                                : "activations in f32",
                        accelerator == null ? "" : "; " + accelerator.verdict());
    }
}
