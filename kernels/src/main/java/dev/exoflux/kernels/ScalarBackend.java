package dev.exoflux.kernels;

/** Plain Java loops: runs anywhere, and slowly; what every other backend is tested against. */
final class ScalarBackend extends CpuBackend {

    private final String reason;

    /** @param reason why not something faster, for the log */
    ScalarBackend(CpuSettings settings, NativeMemory memory, String reason) {
        super(new ScalarKernels(settings.activations()), settings, memory);
        this.reason = reason;
    }

    @Override
    public String name() {
        return "cpu-scalar";
    }

    @Override
    public String description() {
        return "plain Java loops on %d threads (%s): slow".formatted(threads(), reason);
    }
}
