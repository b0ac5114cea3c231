package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.kernels.CpuBackends.Choice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CpuBackendsTest {

    @Test
    void theBestBackendSaysWhatItIsAndWhy() {
        try (CpuBackend backend = CpuBackends.create(3, CpuBackends.Choice.BEST)) {
            assertThat(backend.threads()).isEqualTo(3);
            assertThat(backend.name()).isEqualTo("cpu-vector-" + Lanes.BITS);
            assertThat(backend.description()).contains(Lanes.BITS + " bits", "3 threads");
        }
    }

    @Test
    void plainLoopsAreThereForTheAsking() {
        try (CpuBackend backend = CpuBackends.create(1, Choice.SCALAR)) {
            assertThat(backend.name()).isEqualTo("cpu-scalar");
            assertThat(backend.description()).contains("as asked for", "slow");
        }
    }

    @Test
    void withoutAskingItTakesThePhysicalCores() {
        try (CpuBackend backend = CpuBackends.create()) {
            assertThat(backend.threads()).isBetween(1, Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void aBackendNeedsAThread() {
        assertThatThrownBy(() -> CpuBackends.create(0, CpuBackends.Choice.BEST))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, 2, 2", // a core each
        "16, 16, 8, 8", // two threads a core
        "4, 16, 8, 2", // a part of such a machine
        "3, 16, 8, 2",
        "1, 16, 8, 1",
        "12, 16, 8, 6",
        "8, 0, 0, 8" // the system does not tell
    })
    void threadsOfOneCoreCountOnce(int logical, int online, int cores, int expected) {
        assertThat(PhysicalCores.of(logical, online, cores)).isEqualTo(expected);
    }

    @Test
    void bandwidthIsMeasured() {
        assertThat(MemoryBandwidth.measure(2)).isBetween(10_000_000L, 10_000_000_000_000L);
    }
}
