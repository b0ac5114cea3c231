package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WarmUpTest {

    private static final long HALF_A_SECOND = TimeUnit.MILLISECONDS.toNanos(500);

    private final CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.SCALAR);

    @AfterEach
    void leavesNothingBehind() {
        assertThat(backend.residentBytes()).isZero();
        backend.close();
    }

    private CausalLm load(int from, int to) {
        ModelDirectory directory = ModelDirectory.open("warm", TestCheckpoints.named(TestRing.THREE_LAYERS));
        return Architectures.load(directory, new Shard(new LayerRange(from, to), 3), backend);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "0, 1", "1, 2", "2, 3"})
    void warmsAnyShardAndKeepsNoCache(int from, int to) {
        try (CausalLm model = load(from, to)) {
            long weights = backend.residentBytes();
            assertThat(WarmUp.run(model, backend, HALF_A_SECOND, System::nanoTime))
                    .isBetween(1L, HALF_A_SECOND);
            assertThat(backend.residentBytes()).isEqualTo(weights);
        }
    }

    @Test
    void makesOnlyTheFirstPassWhereThatTakesAllTheTime() {
        AtomicInteger readings = new AtomicInteger();
        try (CausalLm model = load(0, 3)) {
            // a clock that goes on by a second at each look: before, after the first pass, and at what is not begun
            long token = WarmUp.run(
                    model, backend, HALF_A_SECOND, () -> TimeUnit.SECONDS.toNanos(readings.incrementAndGet()));
            assertThat(token).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        }
    }

    @Test
    void aShardThatFailsIsLeftAlone() {
        try (CausalLm model = load(0, 3)) {
            backend.close(); // its threads are gone
            assertThat(WarmUp.run(model, backend, HALF_A_SECOND, System::nanoTime))
                    .isZero();
        }
    }

    @Test
    void smallModelsAreNotKeptFromAnswering() {
        try (CausalLm model = load(0, 3)) {
            assertThat(Warmth.of(List.of(model), backend)).hasToString("not warmed up");
        }
    }

    @Test
    void tellsWhatWasReachedAndWhatIsFarTooSlow() {
        Warmth good = new Warmth(1_500_000_000, 25_000_000, 700_000_000, 35_000_000_000L);
        assertThat(good)
                .hasToString("warmed up in 1500 ms to 40.0 tokens/s, 80 % of what the memory's 35.0 GB/s allow");
        assertThat(good.slow()).isFalse();
        assertThat(new Warmth(0, 100_000_000, 700_000_000, 35_000_000_000L).slow())
                .isTrue();
        assertThat(new Warmth(0, 100_000_000, 700_000_000, 0).slow()).isFalse();
    }
}
