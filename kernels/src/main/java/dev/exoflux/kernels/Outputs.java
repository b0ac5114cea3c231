package dev.exoflux.kernels;

import org.jspecify.annotations.Nullable;

/** Where sums become results. */
final class Outputs {

    private Outputs() {}

    /** {@code out = sums + bias}, or the sums where there is no bias. */
    static void store(float[] sums, int at, int count, float @Nullable [] bias, int column, float[] out, int outAt) {
        if (bias == null) {
            System.arraycopy(sums, at, out, outAt, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            out[outAt + i] = sums[at + i] + bias[column + i];
        }
    }
}
