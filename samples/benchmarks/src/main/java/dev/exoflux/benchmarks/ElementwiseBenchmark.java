package dev.exoflux.benchmarks;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What lies between the products of a layer of Llama 3.2 1B. */
@SuppressWarnings("NullAway.Init")
public class ElementwiseBenchmark extends KernelBenchmark {

    private static final int HIDDEN = 2048;
    private static final int INTERMEDIATE = 8192;
    private static final int HEAD_DIM = 64;

    /** Tokens at once. */
    @Param({"1", "512"})
    public int rows;

    private final float[] norm = activations(HIDDEN, 4);
    private final Rope rope = new Rope(HEAD_DIM, frequencies(), 1);
    private CpuBackend backend;
    private KvCache cache;
    private Positions at;
    private Ops ops;
    private Tensor hidden;
    private Tensor gateAndUp;

    private static float[] frequencies() {
        float[] frequencies = new float[HEAD_DIM / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(500_000, -2.0 * i / HEAD_DIM);
        }
        return frequencies;
    }

    @Setup
    public void start() {
        backend = backend();
        cache = backend.newCache(new KvShape(1, 1, HEAD_DIM), rows);
        at = new Positions(List.of(new Positions.Run(cache, 0, rows)));
    }

    /** One pass for each iteration: uploading would take longer than what is measured. */
    @Setup(Level.Iteration)
    public void open() {
        ops = backend.open();
        hidden = ops.upload(activations(rows * HIDDEN, 1), HIDDEN);
        gateAndUp = ops.upload(activations(2 * rows * INTERMEDIATE, 2), INTERMEDIATE);
    }

    @Benchmark
    public Tensor rmsNorm(Work work) {
        work.add(8.0 * rows * HIDDEN, 4.0 * rows * HIDDEN);
        return ops.rmsNorm(ops.keep(hidden), norm, 1e-5f);
    }

    @Benchmark
    public Tensor rope(Work work) {
        work.add(8.0 * rows * HIDDEN, 3.0 * rows * HIDDEN);
        return ops.rope(ops.keep(hidden), rope, at);
    }

    /** Of its operations the exponential function counts as one. */
    @Benchmark
    public Tensor swiglu(Work work) {
        work.add(12.0 * rows * INTERMEDIATE, 5.0 * rows * INTERMEDIATE);
        Tensor both = ops.keep(gateAndUp);
        return ops.swiglu(ops.rows(both, 0, rows), ops.rows(both, rows, rows));
    }

    @TearDown(Level.Iteration)
    public void end() {
        ops.close();
    }

    @TearDown
    public void stop() {
        cache.close();
        backend.close();
    }
}
