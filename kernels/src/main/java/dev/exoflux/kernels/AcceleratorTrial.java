package dev.exoflux.kernels;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.DType;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Sets {@link DotProducts} against the Java kernels: the same bits, and how much faster. */
final class AcceleratorTrial implements AutoCloseable {

    private static final int ROWS = 2048;
    private static final int COLUMNS = 2048;

    /** Of a sequence: more than a block of the cache has. */
    private static final int POSITIONS = 80;

    /** That share keys and values: tiles of four, of two and of one. */
    private static final int HEADS = 7;

    /** Without progress for so long, the compiler has made what it will make of the Java code. */
    private static final long SETTLED_NANOS = 500_000_000;

    private static final long WARM_UP_NANOS = 6_000_000_000L;
    private static final int REPEATS = 20;

    /** Counts what the thread computes, so that others on the machine disturb little. */
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    private final Arena arena = Arena.ofConfined();
    private final SplittableRandom random = new SplittableRandom(1);
    private final NativeMemory memory = new NativeMemory(PhysicalMemory::available);
    private final VectorBackend java = new VectorBackend(CpuSettings.of(1), memory, null);
    private final VectorBackend compiled;

    AcceleratorTrial(DotProducts products) {
        compiled = new VectorBackend(CpuSettings.of(1), memory, new Accelerator(products, "on trial"));
    }

    /** At sizes that leave remainders everywhere. */
    boolean sameBits() {
        return sameBits(1, 13)
                && sameBits(33, 38)
                && sameBitsOfBf16(1, 13)
                && sameBitsOfBf16(33, 38)
                && sameBitsOfAttention();
    }

    /** As {@link #sameBits()}, for products of so many rows that matrix tiles are worth filling. */
    boolean sameBitsOfManyRows() {
        return sameBits(16, 20) && sameBits(47, 48) && sameBits(77, 77);
    }

    private boolean sameBits(int fewest, int most) {
        for (int bits : new int[] {4, 8}) {
            for (int group : new int[] {32, 64, 128}) {
                for (DType scales : new DType[] {DType.BF16, DType.F32}) {
                    MatrixData matrix = random(83, 256, bits, group, scales);
                    for (int rows = fewest; rows <= most; rows++) {
                        float[] x = activations(rows * 256);
                        if (!Arrays.equals(product(java, matrix, x), product(compiled, matrix, x))) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    private boolean sameBitsOfBf16(int fewest, int most) {
        int columns = 1301;
        MatrixData matrix =
                new MatrixData.Dense(83, columns, DType.BF16, bytes(83L * columns * Short.BYTES, 0xBFFFBFFFBFFFBFFFL));
        for (int rows = fewest; rows <= most; rows++) {
            float[] x = activations(rows * columns);
            if (!Arrays.equals(product(java, matrix, x), product(compiled, matrix, x))) {
                return false;
            }
        }
        return true;
    }

    private boolean sameBitsOfAttention() {
        for (KvType type : new KvType[] {KvType.BF16, KvType.INT8}) {
            for (int headDim : new int[] {50, 64, 128}) {
                float[] q = activations(POSITIONS * HEADS * headDim);
                float[] k = activations(POSITIONS * headDim);
                if (!Arrays.equals(attention(java, type, headDim, q, k), attention(compiled, type, headDim, q, k))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** All but one position in a prompt, the last as decoding has it. */
    private float[] attention(VectorBackend backend, KvType type, int headDim, float[] q, float[] k) {
        AttentionShape shape = new AttentionShape(0, HEADS, 1, headDim, 0.1f, AttentionShape.FULL);
        float[] all = new float[q.length];
        try (CpuKvCache cache =
                new CpuKvCache(new KvShape(1, 1, headDim), type, POSITIONS, memory, new AtomicInteger())) {
            for (int from : new int[] {0, POSITIONS - 1}) {
                int count = from == 0 ? POSITIONS - 1 : 1;
                try (Ops ops = backend.open()) {
                    Tensor keys = ops.upload(Arrays.copyOfRange(k, from * headDim, (from + count) * headDim), headDim);
                    int width = HEADS * headDim;
                    Tensor queries = ops.upload(Arrays.copyOfRange(q, from * width, (from + count) * width), width);
                    Positions at = new Positions(List.of(new Positions.Run(cache, from, count)));
                    rows(ops, ops.attention(queries, keys, keys, shape, at), all, from * width);
                }
                cache.extend(from + count);
            }
        }
        return all;
    }

    /** How many times as fast products of so many rows with 4-bit weights are. */
    double speedUp(int rows) {
        MatrixData data = random(ROWS, COLUMNS, 4, 64, DType.BF16);
        float[] x = activations(rows * COLUMNS);
        try (Matrix a = java.load(data, null);
                Matrix b = compiled.load(data, null)) {
            warmUp(java, a, x);
            warmUp(compiled, b, x); // what calls it is Java too, and would be on trial in its stead
            long javas = Long.MAX_VALUE;
            long compileds = Long.MAX_VALUE;
            for (int i = 0; i < REPEATS; i++) {
                javas = Math.min(javas, nanos(java, a, x));
                compileds = Math.min(compileds, nanos(compiled, b, x));
            }
            return (double) javas / compileds;
        }
    }

    private static void warmUp(VectorBackend backend, Matrix w, float[] x) {
        long start = System.nanoTime();
        long progress = start;
        long best = Long.MAX_VALUE;
        while (progress + SETTLED_NANOS > System.nanoTime() && System.nanoTime() - start < WARM_UP_NANOS) {
            long nanos = nanos(backend, w, x);
            if (nanos < best - best / 10) {
                best = nanos;
                progress = System.nanoTime();
            }
        }
    }

    private static long nanos(VectorBackend backend, Matrix w, float[] x) {
        try (Ops ops = backend.open()) {
            Tensor in = ops.upload(x, w.columns());
            long start = THREAD.getCurrentThreadCpuTime();
            ops.linear(in, w);
            return THREAD.getCurrentThreadCpuTime() - start;
        }
    }

    private static float[] product(VectorBackend backend, MatrixData data, float[] x) {
        try (Matrix w = backend.load(data, null);
                Ops ops = backend.open()) {
            Tensor y = ops.linear(ops.upload(x, data.columns()), w);
            float[] all = new float[y.rows() * y.width()];
            rows(ops, y, all, 0);
            return all;
        }
    }

    private static void rows(Ops ops, Tensor y, float[] out, int at) {
        float[] row = new float[y.width()];
        for (int i = 0; i < y.rows(); i++) {
            ops.read(y, i, row);
            System.arraycopy(row, 0, out, at + i * row.length, row.length);
        }
    }

    private MatrixData random(int rows, int columns, int bits, int group, DType scales) {
        long scaleBytes = (long) rows * columns / group * scales.bytes();
        return new MatrixData.Affine(
                rows,
                columns,
                bits,
                group,
                bytes((long) rows * columns * bits / 8, -1),
                scales,
                bytes(scaleBytes, 0xBFFFBFFFBFFFBFFFL),
                bytes(scaleBytes, 0xBFFFBFFFBFFFBFFFL));
    }

    /** @param mask keeps exponents small */
    private MemorySegment bytes(long count, long mask) {
        MemorySegment segment = arena.allocate((count + 7) & -8, 8);
        for (long at = 0; at < segment.byteSize(); at += 8) {
            segment.set(ValueLayout.JAVA_LONG, at, random.nextLong() & mask);
        }
        return segment.asSlice(0, count);
    }

    private float[] activations(int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = random.nextFloat(-4, 4);
        }
        return x;
    }

    @Override
    public void close() {
        java.close();
        compiled.close();
        arena.close();
    }
}
