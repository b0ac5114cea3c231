package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a stage's thread leaves to the garbage collector for each token of an answer. */
final class DecodeAllocationTest {

    /**
     * The pass, the batch on its way and the lists between the two: 4 KB when this was written. A layer adds nothing, which {@code
     * DecodeGarbageTest} of the kernels holds.
     */
    private static final long MOST_BYTES_PER_STEP = 6 * 1024;

    private static final int ROUNDS = 1000;
    private static final int STEPS = 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aStepLeavesLittleBehind() {
        ModelDirectory directory = ModelDirectory.open("steady", TestCheckpoints.named(TestRing.THREE_LAYERS));
        try (CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.BEST);
                CausalLm model = Architectures.load(directory, Shard.whole(3), backend);
                OpenSequences sequences = new OpenSequences(StageModel.once(model), backend, new AtomicLong())) {
            sequences.step(batch(0, new SequenceSettings(SamplingSettings.GREEDY, 1, ROUNDS * STEPS + 1, null)));
            long least = Long.MAX_VALUE; // what the first rounds add is of class loading
            int position = 1;
            for (int round = 0; round < ROUNDS; round++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < STEPS; step++) {
                    sequences.step(batch(position++, null));
                }
                least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / STEPS);
            }
            assertThat(least).as("bytes a step").isPositive().isLessThan(MOST_BYTES_PER_STEP);
        }
    }

    private static TokenBatch batch(int position, @Nullable SequenceSettings settings) {
        return new TokenBatch(List.of(new Span(1, position, 1, 1, Span.UNKNOWN, settings)), new int[] {5}, List.of());
    }
}
