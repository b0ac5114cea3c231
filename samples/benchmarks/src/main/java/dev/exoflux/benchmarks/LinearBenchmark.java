package dev.exoflux.benchmarks;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Products of activations with weights, in the shapes of Llama 3.2 1B. */
@SuppressWarnings("NullAway.Init")
public class LinearBenchmark extends KernelBenchmark {

    /** Different matrices in turn, so that none stays in a cache, as in a forward pass. */
    private static final long WEIGHTS = 256L << 20;

    /** Bits of a weight: 4 or 8 in groups of 64 with bf16 scales, or 16 for bf16. */
    @Param({"4", "8", "16"})
    public int bits;

    /** Tokens at once: one sequence that decodes, eight, or a prompt. */
    @Param({"1", "8", "512"})
    public int rows;

    /** Outputs and inputs of query (and output), key (or value), gate (or up), down, and the vocabulary's. */
    @Param({"2048x2048", "512x2048", "8192x2048", "2048x8192", "128256x2048"})
    public String shape;

    private CpuBackend backend;
    private List<Matrix> matrices;
    private float[] x;
    private int next;

    @Setup
    public void load() {
        String[] sizes = shape.split("x", 2);
        backend = backend();
        matrices = new ArrayList<>();
        RandomWeights weights = new RandomWeights(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), bits);
        do {
            matrices.add(backend.load(weights.next(), null));
        } while (matrices.size() * matrices.getFirst().bytes() < WEIGHTS);
        x = activations(rows * matrices.getFirst().columns(), 1);
    }

    /** What has to be done to the inputs first (quantised, packed) belongs to it. */
    @Benchmark
    public Tensor linear(Work work) {
        Matrix w = matrices.get(next);
        next = (next + 1) % matrices.size();
        work.add((double) w.bytes(), 2.0 * rows * w.rows() * w.columns());
        try (Ops ops = backend.open()) {
            return ops.linear(ops.upload(x, w.columns()), w);
        }
    }

    @TearDown
    public void unload() {
        matrices.forEach(Matrix::close);
        backend.close();
    }
}
