package dev.exoflux.model;

import java.util.Locale;

/**
 * Small floats with a scale for each group, as MLX and the OCP's microscaling formats have them. E8M0 is {@code 2^(byte - 127)};
 * E2M1 and E4M3 are a sign, an exponent with a bias of 1 and 7, and a mantissa.
 */
public enum SmallFloatForm {
    /** E2M1 under E8M0. */
    MXFP4(4, 32),
    /** E4M3 under E8M0. */
    MXFP8(8, 32),
    /** E2M1 under E4M3. */
    NVFP4(4, 16);

    private final int bits;
    private final int groupSize;

    SmallFloatForm(int bits, int groupSize) {
        this.bits = bits;
        this.groupSize = groupSize;
    }

    /** MLX's name for it, and what models are listed with. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of a value. */
    public int bits() {
        return bits;
    }

    /** Inputs that share a scale. */
    public int groupSize() {
        return groupSize;
    }
}
