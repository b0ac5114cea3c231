package dev.exoflux.mlx;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How MLX is to be run.
 *
 * @param home exoflux's own folder, or null for what {@code EXOFLUX_HOME} says: MLX may lie there
 * @param activations type that hidden states, keys, values and unquantised weights are kept in
 * @param inProcess whether it runs in this process, which then ends if MLX fails badly; else in one of its own
 * @param memoryBytes that weights, caches and activations may take; 0 for as many as the device recommends
 * @param ahead whether the likeliest next step is computed before anybody asks on a processor too; on a GPU it always is
 */
public record MlxSettings(
        @Nullable Path home, MlxActivations activations, boolean inProcess, long memoryBytes, boolean ahead) {

    /** In a process of its own, with the memory that the device recommends. */
    public static MlxSettings of(@Nullable Path home, MlxActivations activations) {
        return new MlxSettings(home, activations, false, 0, false);
    }

    /** The same in this process. */
    public MlxSettings inThisProcess() {
        return new MlxSettings(home, activations, true, memoryBytes, ahead);
    }

    /** The same with so much memory. */
    public MlxSettings within(long bytes) {
        return new MlxSettings(home, activations, inProcess, bytes, ahead);
    }

    /** The same, computing ahead wherever it runs. */
    public MlxSettings aheadEverywhere() {
        return new MlxSettings(home, activations, inProcess, memoryBytes, true);
    }
}
