package dev.exoflux.kernels;

import dev.exoflux.model.MatrixData;

/** How far rounded activations may be from those that came, as a share of the largest. */
final class RoundingError {

    private static final double BF16 = 0x1p-9;

    private RoundingError() {}

    static double of(MatrixData weights) {
        if (!Activations.ROUNDED.rounded(weights)) {
            return 0;
        }
        return weights instanceof MatrixData.Dense ? BF16 : 0.5 / Int8Rounding.LARGEST;
    }
}
