package dev.exoflux.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a benchmark: the median over its rounds for each.
 *
 * @param weightBytes what decoding one token reads from the weights
 * @param bandwidth bytes a second this machine was measured to read from memory, with as many threads
 */
record BenchReport(
        String model,
        String backend,
        int promptTokens,
        int generated,
        int concurrency,
        List<BenchRun> runs,
        long weightBytes,
        double bandwidth,
        long peakResidentBytes) {

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", model);
        fields.put("backend", backend);
        fields.put("promptTokens", promptTokens);
        fields.put("generatedTokens", generated);
        fields.put("concurrency", concurrency);
        fields.put("repeats", runs.size());
        fields.put("prefillTokensPerSecond", rounded(median(BenchRun::prefillTokensPerSecond)));
        fields.put("decodeTokensPerSecond", rounded(decode()));
        fields.put("aggregateTokensPerSecond", rounded(median(BenchRun::aggregateTokensPerSecond)));
        fields.put("timeToFirstTokenMillis", rounded(median(BenchRun::timeToFirstTokenMillis)));
        fields.put("interTokenMillisP50", rounded(interToken(0.50)));
        fields.put("interTokenMillisP95", rounded(interToken(0.95)));
        fields.put("interTokenMillisP99", rounded(interToken(0.99)));
        fields.put("peakResidentBytes", peakResidentBytes);
        fields.put("memoryBandwidthBytesPerSecond", Math.round(bandwidth));
        fields.put("memoryBandwidthFraction", rounded(bandwidthFraction()));
        return fields;
    }

    String table() {
        return """
                %s on %s
                %d prompt tokens, %d generated, %d at once, median of %d

                prefill             %10.1f tokens/s
                decode              %10.1f tokens/s for one sequence
                in all              %10.1f tokens/s while all decode
                first token         %10.1f ms
                between tokens      %10.1f ms p50, %.1f p95, %.1f p99
                memory              %10s at most resident
                memory bandwidth    %10.0f %% of the %.1f GB/s measured here""".formatted(
                        model,
                        backend,
                        promptTokens,
                        generated,
                        concurrency,
                        runs.size(),
                        median(BenchRun::prefillTokensPerSecond),
                        decode(),
                        median(BenchRun::aggregateTokensPerSecond),
                        median(BenchRun::timeToFirstTokenMillis),
                        interToken(0.50),
                        interToken(0.95),
                        interToken(0.99),
                        Sizes.bytes(peakResidentBytes),
                        100 * bandwidthFraction(),
                        bandwidth / 1e9);
    }

    private double decode() {
        return median(BenchRun::decodeTokensPerSecond);
    }

    /** Weights are read once a step, whatever the number of sequences, and every sequence takes part in every step. */
    private double bandwidthFraction() {
        return decode() * weightBytes / bandwidth;
    }

    private double interToken(double share) {
        List<Double> gaps = new ArrayList<>();
        runs.forEach(run -> gaps.addAll(run.interTokenMillis()));
        gaps.sort(null);
        return gaps.get((int) Math.min(gaps.size() - 1, Math.floor(share * gaps.size())));
    }

    private double median(ToDoubleFunction<BenchRun> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
