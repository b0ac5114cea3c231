package dev.exoflux.benchmarks;

import dev.exoflux.model.DType;
import dev.exoflux.model.MatrixData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Weights of random bits, as a checkpoint would store them. */
final class RandomWeights {

    private static final int GROUP = 64;

    /** Leaves out of each half of an int the exponent's highest bit, so that nothing is infinite or overflows. */
    private static final long FINITE = 0xBBFFBBFFBBFFBBFFL;

    private final SplittableRandom random = new SplittableRandom(1);
    private final int rows;
    private final int columns;
    private final int bits;

    /** @param bits 4 or 8 in groups of 64 with bf16 scales, 16 for bf16 */
    RandomWeights(int rows, int columns, int bits) {
        this.rows = rows;
        this.columns = columns;
        this.bits = bits;
    }

    /** A matrix that differs from the last one; the garbage collector frees it. */
    MatrixData next() {
        long values = (long) rows * columns;
        if (bits == 16) {
            return new MatrixData.Dense(rows, columns, DType.BF16, random(values * 2));
        }
        return new MatrixData.Affine(
                rows,
                columns,
                bits,
                GROUP,
                random(values * bits / 8),
                DType.BF16,
                random(values / GROUP * 2),
                random(values / GROUP * 2));
    }

    private MemorySegment random(long bytes) {
        MemorySegment segment = Arena.ofAuto().allocate(bytes, Long.BYTES);
        for (long at = 0; at < bytes; at += Long.BYTES) {
            segment.set(ValueLayout.JAVA_LONG, at, random.nextLong() & FINITE);
        }
        return segment;
    }
}
