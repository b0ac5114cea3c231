package dev.exoflux.kernels;

import dev.exoflux.model.MatrixData;

/** What the inputs of matrices are computed in. */
public enum Activations {
    /**
     * Rounded to what the weights have, which is fast and costs little perplexity: to 8 bits in the groups of the weights
     * where those have 4 or 8 bits, to bf16 where they are bf16; f32 elsewhere.
     */
    ROUNDED,
    /** f32 throughout. */
    EXACT;

    /** What keys and values are kept in unless something else is asked for: as exact as the rest. */
    public KvType cacheType() {
        return this == EXACT ? KvType.F32 : KvType.BF16;
    }

    boolean rounded(MatrixData data) {
        return rounded(Packing.of(data));
    }

    boolean rounded(Packing packing) {
        return this == ROUNDED
                && switch (packing.kind()) {
                    case AFFINE -> packing.bits() == 4 || packing.bits() == 8;
                    case BF16 -> true;
                    case F32, F16, E2M1, E4M3 -> false;
                };
    }
}
