package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.DType;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.RandomMatrix;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What decoding leaves to the garbage collector once its code is compiled: a few small objects for a pass, and nothing for a layer, a
 * verb, a position of the sequence or a thread.
 */
final class DecodeGarbageTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int HEAD = 64;
    private static final int MOST_POSITIONS = 4096;

    /**
     * The pass itself, whatever its layers: the object that is the pass, its tasks, where its rows are, the rope's angles for them, 1.1
     * KB; and 32 bytes for each sine and cosine of an angle beyond 45 degrees, where their code and ours is not compiled in one
     * piece.
     */
    private static final long MOST_BYTES_A_PASS = 1_200 + HEAD * 32L;

    private static final int STEPS = 100;

    /** Until the code is compiled, on a busy machine. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @ParameterizedTest
    @CsvSource({"128, 0, 1", "1024, 0, 1", "1024, 3000, 1", "512, 1000, 4", "128, 0, 12"})
    void aLayerLeavesNothingBehind(int width, int depth, int layers) {
        try (CpuBackend backend = CompiledProducts.backend(2);
                Matrix square = backend.load(
                        RandomMatrix.affine(width, width, 4, 64, DType.BF16, 1).data(), null);
                KvCache cache = backend.newCache(new KvShape(layers, width / HEAD, HEAD), MOST_POSITIONS)) {
            fill(backend, cache, width, depth, layers);
            Step step = new Step(backend, cache, square, width, layers);
            long calling = Long.MAX_VALUE;
            long helping = Long.MAX_VALUE;
            long start = System.nanoTime();
            while ((calling > MOST_BYTES_A_PASS || helping > 0) && System.nanoTime() - start < PATIENCE_NANOS) {
                long own = THREADS.getCurrentThreadAllocatedBytes();
                long others = allocatedByHelpers();
                for (int i = 0; i < STEPS; i++) {
                    step.run(depth);
                }
                helping = allocatedByHelpers() - others;
                calling = (THREADS.getCurrentThreadAllocatedBytes() - own) / STEPS;
            }
            assertThat(calling).as("bytes a step of the calling thread").isLessThanOrEqualTo(MOST_BYTES_A_PASS);
            assertThat(helping).as("bytes of the helping threads").isZero();
        }
    }

    private static void fill(CpuBackend backend, KvCache cache, int width, int depth, int layers) {
        if (depth > 0) {
            try (Ops ops = backend.open()) {
                Tensor x = ops.upload(new float[depth * width], width);
                Positions at = new Positions(List.of(new Positions.Run(cache, 0, depth)));
                for (int layer = 0; layer < layers; layer++) {
                    ops.attention(x, x, x, shape(width, layer), at);
                }
            }
            cache.extend(depth);
        }
    }

    private static long allocatedByHelpers() {
        long[] helpers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("exoflux-compute-"))
                .mapToLong(Thread::threadId)
                .toArray();
        return Arrays.stream(THREADS.getThreadAllocatedBytes(helpers)).sum();
    }

    private static AttentionShape shape(int width, int layer) {
        return new AttentionShape(layer, width / HEAD, width / HEAD, HEAD, 0.125f, AttentionShape.FULL);
    }

    /** One token through layers whose matrices are all the same square. */
    private static final class Step {

        private final CpuBackend backend;
        private final KvCache cache;
        private final Matrix square;
        private final int width;
        private final AttentionShape[] shapes;
        private final float[] token;
        private final float[] norm;
        private final Rope rope = new Rope(HEAD, new float[HEAD / 2], 1);

        Step(CpuBackend backend, KvCache cache, Matrix square, int width, int layers) {
            this.backend = backend;
            this.cache = cache;
            this.square = square;
            this.width = width;
            this.shapes = new AttentionShape[layers];
            Arrays.setAll(shapes, layer -> shape(width, layer));
            this.token = new float[width];
            this.norm = new float[width];
            Arrays.fill(token, 0.5f);
            Arrays.fill(norm, 1);
        }

        void run(int depth) {
            try (Ops ops = backend.open()) {
                Positions at = new Positions(List.of(new Positions.Run(cache, depth, 1)));
                Tensor x = ops.upload(token, width);
                for (AttentionShape shape : shapes) {
                    Tensor h = ops.rmsNorm(x, norm, 1e-5f);
                    Tensor q = ops.rope(ops.linear(h, square), rope, at);
                    Tensor k = ops.rope(ops.linear(h, square), rope, at);
                    Tensor y = ops.attention(q, k, ops.linear(h, square), shape, at);
                    x = ops.add(x, ops.linear(y, square));
                    Tensor m = ops.rmsNorm(x, norm, 1e-5f);
                    Tensor gated = ops.swiglu(ops.linear(m, square), ops.linear(m, square));
                    x = ops.keep(ops.add(x, ops.linear(gated, square)));
                }
            }
        }
    }
}
