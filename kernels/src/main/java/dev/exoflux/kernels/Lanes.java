package dev.exoflux.kernels;

import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this machine: constants, because the compiler turns only those into single instructions. */
final class Lanes {

    /** Rows of a matrix, or positions of a cache, that lie side by side in memory: a whole number of vectors everywhere. */
    static final int BLOCK = 16;

    static final VectorSpecies<Float> F = VectorSpecies.of(float.class, shape());
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, shape());

    static final VectorSpecies<Short> S = VectorSpecies.of(short.class, shape());

    /** Floats in a vector: 4, 8 or 16. */
    static final int LENGTH = F.length();

    static final long BYTES = F.vectorByteSize();
    static final int BITS = F.vectorBitSize();

    /** Of the bytes of a number in memory. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    /** Whether there are vectors worth the name. */
    static boolean usable() {
        return BITS >= 128;
    }

    private static VectorShape shape() {
        VectorShape preferred = VectorShape.preferredShape();
        return preferred.vectorBitSize() > VectorShape.S_512_BIT.vectorBitSize() ? VectorShape.S_512_BIT : preferred;
    }
}
