package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BenchReportTest {

    private static final long MILLISECOND = 1_000_000;

    @Test
    void measuresOneSequence() {
        BenchRun run = new BenchRun(100, List.of(times(500, 600, 700, 800)));
        assertThat(run.timeToFirstTokenMillis()).isEqualTo(500);
        assertThat(run.prefillTokensPerSecond()).isCloseTo(200, within(1e-9));
        assertThat(run.decodeTokensPerSecond()).isCloseTo(10, within(1e-9));
        assertThat(run.aggregateTokensPerSecond()).isCloseTo(10, within(1e-9));
        assertThat(run.interTokenMillis()).containsExactly(100.0, 100.0, 100.0);
    }

    @Test
    void countsForAllWhileAllDecode() {
        BenchRun run = new BenchRun(100, List.of(times(500, 1000, 2000, 3000), times(1000, 2000, 3000, 4000)));
        assertThat(run.prefillTokensPerSecond()).isCloseTo(200, within(1e-9));
        // from 1000 ms to 3000 ms each of the two got two tokens
        assertThat(run.aggregateTokensPerSecond()).isCloseTo(2, within(1e-9));
    }

    @Test
    void reportsTheMedianAndTheShareOfTheBandwidth() {
        List<BenchRun> runs = List.of(
                new BenchRun(10, List.of(times(100, 200))),
                new BenchRun(10, List.of(times(100, 300))),
                new BenchRun(10, List.of(times(100, 150))));
        BenchReport report = new BenchReport("m", "b", 10, 2, 1, 2, runs, 1_000_000_000L, 40e9, 7, null);
        assertThat(report.fields())
                .containsEntry("decodeTokensPerSecond", 10.0)
                .containsEntry("memoryBandwidthFraction", 0.25)
                .containsEntry("timeToFirstTokenMillis", 100.0)
                .containsEntry("peakResidentBytes", 7L)
                .containsEntry("decodeTokensPerSecondLeast", 5.0)
                .containsEntry("decodeTokensPerSecondMost", 20.0)
                .containsKeys("prefillTokensPerSecond", "aggregateTokensPerSecond")
                .doesNotContainKeys("llamaCpp", "ratio");
        assertThat(report.table())
                .contains("25 % of the 40.0 GB/s", "(5.0 to 20.0)")
                .doesNotContain("llama.cpp");
    }

    @Test
    void dividesMediansByLlamaCpps() {
        List<BenchRun> runs = List.of(new BenchRun(10, List.of(times(100, 200))));
        List<LlamaCpp.Round> rounds = List.of(
                new LlamaCpp.Round(50, 2, 3, 1_000),
                new LlamaCpp.Round(80, 5, 6, 1_000),
                new LlamaCpp.Round(90, 9, 7, 1_000));
        BenchComparison comparison = new BenchComparison("x.gguf", rounds, 1_050);
        BenchReport report = new BenchReport("m", "b", 10, 2, 1, 2, runs, 1, 40e9, 7, comparison);
        assertThat(report.fields())
                .containsEntry(
                        "llamaCpp",
                        Map.of(
                                "model", "x.gguf",
                                "prefillTokensPerSecond", 80.0,
                                "decodeTokensPerSecond", 5.0,
                                "aggregateTokensPerSecond", 6.0))
                .containsEntry("ratio", Map.of("prefill", 1.25, "decode", 2.0, "aggregate", 1.667));
        assertThat(report.table()).contains("llama.cpp with x.gguf", "exoflux 1.25x", "exoflux 2.00x", "exoflux 1.67x");
        assertThat(comparison.warning()).isEmpty();
        assertThat(new BenchComparison("x.gguf", rounds, 2_000).warning())
                .hasValueSatisfying(
                        warning -> assertThat(warning).contains("x.gguf has 1.00K parameters, the model here 2.00K"));
    }

    @Test
    void writesNumbersAsPeopleReadThem() {
        assertThat(Sizes.count(1_235_814_400L)).isEqualTo("1.24B");
        assertThat(Sizes.count(999)).isEqualTo("999");
        assertThat(Sizes.bytes(695_283_921L)).isEqualTo("695 MB");
        assertThat(Sizes.bytes(2_734_000L)).isEqualTo("2.73 MB");
        assertThat(Sizes.bytes(999_700)).isEqualTo("1.00 MB");
    }

    @Test
    void knowsThisProcessesPeakMemory() {
        assertThat(PeakMemory.bytes()).isBetween(10_000_000L, 1L << 44);
    }

    private static long[] times(long... milliseconds) {
        return java.util.Arrays.stream(milliseconds)
                .map(time -> time * MILLISECOND)
                .toArray();
    }
}
