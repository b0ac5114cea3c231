package dev.exoflux.kernels;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a CPU backend is to be like.
 *
 * @param threads that work on one operation at most, the calling one among them; at least 1
 * @param kernels which to use
 * @param activations what the inputs of quantised matrices are computed in
 * @param cache what keys and values are kept in
 * @param compiled directory for code that a C compiler makes for this processor and for what is known of it; null for Java
 *     alone
 */
public record CpuSettings(
        int threads,
        CpuBackends.Choice kernels,
        Activations activations,
        KvType cache,
        @Nullable Path compiled) {

    public CpuSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("a backend needs a thread, not " + threads);
        }
    }

    /** The best Java kernels on that many threads, with the numbers that are fast. */
    public static CpuSettings of(int threads) {
        return new CpuSettings(threads, CpuBackends.Choice.BEST, Activations.ROUNDED, KvType.BF16, null);
    }
}
