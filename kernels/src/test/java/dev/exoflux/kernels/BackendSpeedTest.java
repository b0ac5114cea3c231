package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BackendSpeedTest {

    @Test
    void measuresInAFewSecondsAndLeavesNothingBehind() {
        try (CpuBackend backend = CpuBackends.create(2, CpuBackends.Choice.VECTOR)) {
            long start = System.nanoTime();
            BackendSpeed speed = BackendSpeed.measure(backend);
            assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
            assertThat(speed.weightBytesPerSecond()).isBetween(1e7, 1e13);
            assertThat(speed.gflops()).isBetween(0.1, 1e5);
            assertThat(backend.residentBytes()).isZero();
        }
    }
}
