package dev.exoflux.benchmarks;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A benchmark of the CPU backend. */
public abstract class KernelBenchmark extends Measured {

    /** Threads that compute, 0 for as many as there are physical cores. */
    @Param("0")
    public int threads;

    /** What was moved and computed; JMH divides it by the time. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Work {
        /** 10^9 bytes that have to be read from memory, or written to it, at least. */
        public double gigabytes;

        /** 10^9 multiplications and additions. */
        public double gigaflops;

        void add(double bytes, double flops) {
            gigabytes += bytes / 1e9;
            gigaflops += flops / 1e9;
        }
    }

    /** The backend to measure; the caller closes it. */
    final CpuBackend backend() {
        return CpuBackends.create(CpuSettings.of(threads()));
    }

    final int threads() {
        return threads == 0 ? CpuBackends.defaultThreads() : threads;
    }

    /** Numbers as activations have them. */
    static float[] activations(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
