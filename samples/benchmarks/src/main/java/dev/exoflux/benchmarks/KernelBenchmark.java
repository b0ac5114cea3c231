package dev.exoflux.benchmarks;

import dev.exoflux.kernels.Activations;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.kernels.KvType;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A benchmark of the CPU backend. */
@SuppressWarnings("NullAway.Init")
public abstract class KernelBenchmark extends Measured {

    /** Threads that compute, 0 for as many as there are physical cores. */
    @Param("0")
    public int threads;

    /** BEST, with compiled kernels where they can be had, VECTOR for Java alone, or SCALAR. */
    @Param("BEST")
    public CpuBackends.Choice kernels;

    /** What the inputs of matrices are computed in: ROUNDED or EXACT. */
    @Param("ROUNDED")
    public Activations activations;

    /** What keys and values are kept in: BF16 or F32. */
    @Param("BF16")
    public KvType cacheType;

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
        return CpuBackends.create(new CpuSettings(threads(), kernels, activations, cacheType, compiled()));
    }

    /** Where the launcher's programs keep theirs. */
    private static Path compiled() {
        String home = System.getenv("EXOFLUX_HOME");
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".exoflux", "native")
                : Path.of(home, "native");
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
