package dev.exoflux.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** {@link DotProducts} compiled once for all tests of this JVM. */
final class CompiledProducts {

    private static @Nullable DotProducts products;

    private CompiledProducts() {}

    /** Skips the test on a machine without a C compiler or without AVX2. */
    static DotProducts products() {
        try {
            if (products == null) {
                products = compile(Files.createTempDirectory("exoflux-compiled"));
            }
            return products;
        } catch (IOException e) {
            Assumptions.assumeFalse(
                    String.valueOf(e.getMessage()).contains("no dot products on this processor"),
                    "this processor has no AVX2: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    /** Leaves nothing behind: the library stays loaded when its file has gone. */
    private static DotProducts compile(Path directory) throws IOException {
        NativeCode code = NativeCode.here(directory);
        try {
            Assumptions.assumeTrue(code != null, "this machine has no C compiler, or is not x86-64");
            return DotProducts.load(code.library());
        } finally {
            if (code != null) {
                Files.deleteIfExists(code.file(".so"));
            }
            Files.delete(directory);
        }
    }

    static CpuBackend backend(int threads) {
        return backend(threads, KvType.BF16);
    }

    static CpuBackend backend(int threads, KvType cache) {
        return new VectorBackend(
                new CpuSettings(threads, CpuBackends.Choice.BEST, Activations.ROUNDED, cache, null),
                new NativeMemory(PhysicalMemory::available),
                new Accelerator(products(), "compiled"));
    }
}
