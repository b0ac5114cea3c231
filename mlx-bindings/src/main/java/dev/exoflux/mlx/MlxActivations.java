package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import org.jspecify.annotations.Nullable;

/** The type that hidden states, keys, values and unquantised weights are kept in. */
public enum MlxActivations {
    /** What suits the device: bf16 on Metal, f32 on a processor, whose halves are emulated and slower by ten times. */
    AUTO(null),
    F32(ArrayType.F32),
    BF16(ArrayType.BF16),
    F16(ArrayType.F16);

    private final @Nullable ArrayType type;

    MlxActivations(@Nullable ArrayType type) {
        this.type = type;
    }

    ArrayType on(MlxDevice device) {
        if (type != null) {
            return type;
        }
        return device.metal() ? ArrayType.BF16 : ArrayType.F32;
    }
}
