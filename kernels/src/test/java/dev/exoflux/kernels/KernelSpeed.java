package dev.exoflux.kernels;

import dev.exoflux.model.DType;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.SmallFloatForm;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Run by hand: bytes per second of matrix-vector products beside the machine's bandwidth, and operations per second of
 * products with several rows. Arguments: threads, then rows (any number of them).
 */
final class KernelSpeed {

    private static final int ROWS = 2048;
    private static final int COLUMNS = 8192;

    /** Different matrices in turn, so that none stays in a cache. */
    private static final long WEIGHTS = 100L << 20;

    private static final long NANOS = Long.getLong("millis", 1_500) * 1_000_000;

    private KernelSpeed() {}

    static void main(String[] args) {
        int threads = Integer.parseInt(args[0]);
        double bandwidth = MemoryBandwidth.measure(threads) / 1e9;
        System.out.printf("%d threads, %d bits, memory %.1f GB/s%n", threads, Lanes.BITS, bandwidth);
        try (CpuBackend backend = CpuBackends.create(settings(threads))) {
            System.out.println(backend.description());
            String wanted = System.getProperty("forms", ".*");
            for (MatrixData form : forms()) {
                if (!form.toString().matches(".*(" + wanted + ").*")) {
                    continue;
                }
                for (int i = 1; i < args.length; i++) {
                    measure(backend, form, Integer.parseInt(args[i]), bandwidth);
                }
            }
        }
    }

    private static CpuSettings settings(int threads) {
        String compiled = System.getProperty("compiled");
        return new CpuSettings(
                threads,
                CpuBackends.Choice.BEST,
                Boolean.getBoolean("exact") ? Activations.EXACT : Activations.ROUNDED,
                Boolean.getBoolean("exact") ? KvType.F32 : KvType.BF16,
                compiled == null ? null : Path.of(compiled));
    }

    private static List<MatrixData> forms() {
        return List.of(
                affine(4, 64, DType.BF16),
                affine(4, 64, DType.F16),
                affine(8, 64, DType.BF16),
                new MatrixData.Dense(ROWS, COLUMNS, DType.BF16, random(ROWS * COLUMNS * 2L)),
                new MatrixData.Dense(ROWS, COLUMNS, DType.F16, random(ROWS * COLUMNS * 2L)),
                new MatrixData.Dense(ROWS, COLUMNS, DType.F32, random(ROWS * COLUMNS * 4L)),
                affine(6, 64, DType.BF16),
                new MatrixData.SmallFloats(
                        ROWS, COLUMNS, SmallFloatForm.MXFP4, random(ROWS * COLUMNS / 2), random(ROWS * COLUMNS / 32)));
    }

    private static MatrixData affine(int bits, int group, DType scales) {
        long scaleBytes = (long) ROWS * COLUMNS / group * scales.bytes();
        return new MatrixData.Affine(
                ROWS,
                COLUMNS,
                bits,
                group,
                random((long) ROWS * COLUMNS * bits / 8),
                scales,
                random(scaleBytes),
                random(scaleBytes));
    }

    /** Bit patterns without large exponents, so that nothing is infinite in any of the types. */
    private static MemorySegment random(long bytes) {
        MemorySegment segment = Arena.ofAuto().allocate(bytes, 8);
        SplittableRandom random = new SplittableRandom(1);
        for (long at = 0; at + 8 <= bytes; at += 8) {
            segment.set(ValueLayout.JAVA_LONG, at, random.nextLong() & 0xBBFFBBFFBBFFBBFFL);
        }
        return segment;
    }

    /** One thread is timed by what it computes, so that others on the machine disturb little. */
    private static long time(CpuBackend backend) {
        return backend.threads() == 1
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    private static void measure(CpuBackend backend, MatrixData form, int rows, double bandwidth) {
        List<Matrix> matrices = new ArrayList<>();
        long load = Long.MAX_VALUE;
        do {
            long start = time(backend);
            matrices.add(backend.load(form, null));
            load = Math.min(load, time(backend) - start);
        } while (matrices.size() * matrices.getFirst().bytes() < WEIGHTS);
        float[] x = new float[rows * COLUMNS];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        long best = Long.MAX_VALUE;
        long end = System.nanoTime() + NANOS;
        while (System.nanoTime() < end) {
            try (Ops ops = backend.open()) {
                Tensor in = ops.upload(x, COLUMNS);
                for (Matrix matrix : matrices) {
                    long before = time(backend);
                    ops.keep(in);
                    ops.linear(in, matrix);
                    best = Math.min(best, time(backend) - before);
                }
            }
        }
        Matrix one = matrices.getFirst();
        double seconds = best * 1e-9;
        System.out.printf(
                "%-45s rows %3d: %6.1f GB/s (%3.0f %%) %7.1f GFLOP/s   load %.2f GB/s%n",
                form.toString().replaceAll("MemorySegment\\{[^}]*\\}|\\w+=, |rows=\\d+, columns=\\d+, ", ""),
                rows,
                one.bytes() / seconds / 1e9,
                100 * one.bytes() / seconds / 1e9 / bandwidth,
                2.0 * rows * one.rows() * one.columns() / seconds / 1e9,
                form.bytes() / (double) load);
        matrices.forEach(Matrix::close);
    }
}
