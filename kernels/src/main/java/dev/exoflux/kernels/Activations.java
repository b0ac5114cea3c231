package dev.exoflux.kernels;

import dev.exoflux.model.MatrixData;

/** What the inputs of quantised matrices are computed in. */
public enum Activations {
    /**
     * Rounded to 8 bits in the groups of the weights where those have 4 or 8 bits, which is fast and costs little
     * perplexity; f32 elsewhere.
     */
    INT8,
    /** f32 throughout. */
    EXACT;

    /** What keys and values are kept in unless something else is asked for: as exact as the rest. */
    public KvType cacheType() {
        return this == EXACT ? KvType.F32 : KvType.BF16;
    }

    boolean rounded(MatrixData data) {
        return data instanceof MatrixData.Affine affine && rounded(affine.bits());
    }

    boolean rounded(Packing packing) {
        return packing.kind() == Packing.Kind.AFFINE && rounded(packing.bits());
    }

    private boolean rounded(int bits) {
        return this == INT8 && (bits == 4 || bits == 8);
    }
}
