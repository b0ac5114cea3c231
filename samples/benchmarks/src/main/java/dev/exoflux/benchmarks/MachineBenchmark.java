package dev.exoflux.benchmarks;

import dev.exoflux.kernels.MemoryBandwidth;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The machine's limits, beside which the others are put. */
@SuppressWarnings("NullAway.Init")
public class MachineBenchmark extends KernelBenchmark {

    private FmaPeak peak;

    @Setup
    public void start() {
        peak = new FmaPeak(threads());
    }

    @TearDown
    public void stop() {
        peak.close();
    }

    /** Fused multiply-adds in registers. */
    @Benchmark
    public float multiplyAdd(Work work) {
        work.add(0, peak.flops());
        return peak.run();
    }

    /** Reading memory from front to back. */
    @Benchmark
    public long memory(Work work) {
        long start = System.nanoTime();
        long bytesPerSecond = MemoryBandwidth.measure(threads());
        double seconds = (System.nanoTime() - start) / 1e9;
        work.add(bytesPerSecond * seconds, 0); // a part of the time goes into filling: what counts is its own figure
        return bytesPerSecond;
    }
}
