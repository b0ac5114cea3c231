package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import java.util.List;
import java.util.Locale;

/**
 * What warming a model up has come to.
 *
 * @param nanos that it took
 * @param nanosPerToken of decoding one sequence through all shards; 0 where nothing was warmed up
 * @param weightBytes read for that
 * @param readSpeed bytes a second at which the weights could be read; 0 where nobody knows
 */
record Warmth(long nanos, long nanosPerToken, long weightBytes, long readSpeed) {

    /** Of what was not warmed up. */
    static final Warmth NONE = new Warmth(0, 0, 0, 0);

    /** Time for each byte of the weights: some ten to hundred times what a step takes. */
    private static final int NANOS_PER_BYTE = 4;

    private static final long MOST_NANOS = 3_000_000_000L;

    /** The first answers of a model that would get less are not slow enough to keep anybody waiting before them. */
    private static final long LEAST_NANOS = 100_000_000L;

    /** Share of the memory's speed below which something is wrong; kernels in Java alone, in f32, come to more. */
    private static final double SLOW = 0.4;

    /** Warms up as long as the model's size calls for; if it is slow then, once more: the compiler may only be late. */
    static Warmth of(List<CausalLm> shards, Backend backend) {
        long bytes = shards.stream().mapToLong(CausalLm::weightBytes).sum();
        long budget = Math.min(MOST_NANOS, bytes * NANOS_PER_BYTE);
        if (budget < LEAST_NANOS) {
            return new Warmth(0, 0, bytes, 0);
        }
        long start = System.nanoTime();
        long step = run(shards, backend, budget);
        long speed = shards.getFirst().readSpeed();
        Warmth warmth = new Warmth(System.nanoTime() - start, step, bytes, speed);
        if (warmth.slow()) {
            step = Math.min(step, run(shards, backend, budget));
            warmth = new Warmth(System.nanoTime() - start, step, bytes, speed);
        }
        return warmth;
    }

    private static long run(List<CausalLm> shards, Backend backend, long budget) {
        long step = 0;
        for (CausalLm shard : shards) {
            step += WarmUp.run(shard, backend, budget / shards.size(), System::nanoTime);
        }
        return step;
    }

    /** Whether decoding is much slower than the memory explains. */
    boolean slow() {
        return nanosPerToken > 0 && readSpeed > 0 && share() < SLOW;
    }

    private double share() {
        return weightBytes * 1e9 / nanosPerToken / readSpeed;
    }

    /** For the log. */
    @Override
    public String toString() {
        if (nanosPerToken == 0) {
            return "not warmed up";
        }
        String reached = String.format(
                Locale.ROOT, "warmed up in %d ms to %.1f tokens/s", nanos / 1_000_000, 1e9 / nanosPerToken);
        return readSpeed == 0
                ? reached
                : String.format(
                        Locale.ROOT,
                        "%s, %.0f %% of what the memory's %.1f GB/s allow",
                        reached,
                        100 * share(),
                        readSpeed / 1e9);
    }
}
