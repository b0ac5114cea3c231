package dev.exoflux.kernels;

/** The Vector API's kernels, with the longest vectors this machine prefers. */
final class VectorBackend extends CpuBackend {

    VectorBackend(int threads, Activations activations, NativeMemory memory) {
        super(new VectorKernels(activations), threads, memory);
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
        return "vectors of %d bits, which this machine prefers, on %d threads".formatted(Lanes.BITS, threads());
    }
}
