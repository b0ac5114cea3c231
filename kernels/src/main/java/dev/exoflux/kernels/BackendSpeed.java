package dev.exoflux.kernels;

import dev.exoflux.model.Backend;
import dev.exoflux.model.DType;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How fast a backend computes with weights of 4 bits, which is what placing a model on peers goes by.
 *
 * @param weightBytesPerSecond of weights that one row is multiplied with: the limit of decoding
 * @param gflops with {@value #ROWS} rows at once, in units of 10^9 multiplications and additions: the limit of prefill
 */
public record BackendSpeed(double weightBytesPerSecond, double gflops) {

    private static final int ROWS = 32;
    private static final int COLUMNS = 4096;
    private static final int GROUP = 64;

    /** Few enough that code which is not compiled yet is through with them soon. */
    private static final int SMALL = 1024;

    /** 144 MiB with their scales: more than caches hold. */
    private static final int LARGE = 64 * SMALL;

    /** Without progress for so long, it is as fast as it gets. */
    private static final long SETTLED_NANOS = 150_000_000;

    private static final long AT_MOST_NANOS = 1_500_000_000;

    /**
     * Measures the fastest rounds, for half a second where the backend's code is compiled already, and some seconds at most.
     *
     * @throws ExofluxException OUT_OF_MEMORY where a few hundred MiB are not to be had
     */
    public static BackendSpeed measure(Backend backend) {
        try (Arena arena = Arena.ofShared()) {
            double gflops;
            try (Matrix small = backend.load(random(arena, SMALL), null)) {
                best(backend, small, 1);
                gflops = 2.0 * ROWS * SMALL * COLUMNS / best(backend, small, ROWS);
            }
            MatrixData data = random(arena, LARGE);
            try (Matrix large = backend.load(data, null)) {
                return new BackendSpeed(data.bytes() * 1e9 / best(backend, large, 1), gflops);
            }
        }
    }

    /** Nanoseconds of the fastest of many products. */
    private static double best(Backend backend, Matrix weights, int rows) {
        float[] x = new float[rows * COLUMNS];
        Arrays.fill(x, 0.5f);
        float[] y = new float[weights.rows()];
        long start = System.nanoTime();
        long progress = start;
        long best = Long.MAX_VALUE;
        for (long now = start; now - progress < SETTLED_NANOS && now - start < AT_MOST_NANOS; now = System.nanoTime()) {
            try (Ops ops = backend.open()) {
                Tensor in = ops.upload(x, COLUMNS);
                long from = System.nanoTime();
                Tensor out = ops.linear(in, weights);
                ops.read(out, 0, y); // waits for backends that compute when they are asked
                long nanos = System.nanoTime() - from;
                if (nanos < best - best / 50) {
                    progress = System.nanoTime();
                }
                best = Math.min(best, nanos);
            }
        }
        return best;
    }

    private static MatrixData random(Arena arena, int rows) {
        long values = (long) rows * COLUMNS;
        long scaleBytes = values / GROUP * DType.BF16.bytes();
        SplittableRandom random = new SplittableRandom(1);
        return new MatrixData.Affine(
                rows,
                COLUMNS,
                4,
                GROUP,
                fill(arena.allocate(values / 2, 8), random, -1),
                DType.BF16,
                fill(arena.allocate(scaleBytes, 8), random, 0x3FFF_3FFF_3FFF_3FFFL),
                fill(arena.allocate(scaleBytes, 8), random, 0x3FFF_3FFF_3FFF_3FFFL));
    }

    /** @param mask keeps numbers finite */
    private static MemorySegment fill(MemorySegment segment, SplittableRandom random, long mask) {
        for (long at = 0; at < segment.byteSize(); at += Long.BYTES) {
            segment.set(ValueLayout.JAVA_LONG, at, random.nextLong() & mask);
        }
        return segment;
    }
}
