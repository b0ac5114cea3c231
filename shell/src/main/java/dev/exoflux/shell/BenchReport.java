package dev.exoflux.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a benchmark: the median over its rounds for each.
 *
 * @param warmUpRounds rounds before the measured ones
 * @param weightBytes what decoding one token reads from the weights
 * @param bandwidth bytes a second this machine was measured to read from memory, with as many threads
 * @param peakResidentBytes of the whole process, before anything but the model was measured
 * @param comparison null where nothing was compared
 */
record BenchReport(
        String model,
        String backend,
        int promptTokens,
        int generated,
        int concurrency,
        int warmUpRounds,
        List<BenchRun> runs,
        long weightBytes,
        double bandwidth,
        long peakResidentBytes,
        @Nullable BenchComparison comparison) {

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", model);
        fields.put("backend", backend);
        fields.put("promptTokens", promptTokens);
        fields.put("generatedTokens", generated);
        fields.put("concurrency", concurrency);
        fields.put("warmUpRounds", warmUpRounds);
        fields.put("repeats", runs.size());
        fields.put("prefillTokensPerSecond", rounded(prefill()));
        fields.put("decodeTokensPerSecond", rounded(decode()));
        fields.put("decodeTokensPerSecondLeast", rounded(decodes().min().orElseThrow()));
        fields.put("decodeTokensPerSecondMost", rounded(decodes().max().orElseThrow()));
        fields.put("aggregateTokensPerSecond", rounded(aggregate()));
        fields.put("timeToFirstTokenMillis", rounded(median(BenchRun::timeToFirstTokenMillis)));
        fields.put("interTokenMillisP50", rounded(interToken(0.50)));
        fields.put("interTokenMillisP95", rounded(interToken(0.95)));
        fields.put("interTokenMillisP99", rounded(interToken(0.99)));
        fields.put("peakResidentBytes", peakResidentBytes);
        fields.put("memoryBandwidthBytesPerSecond", Math.round(bandwidth));
        fields.put("memoryBandwidthFraction", rounded(bandwidthFraction()));
        if (comparison != null) {
            fields.put("llamaCpp", comparison.fields());
            fields.put("ratio", comparison.ratios(prefill(), decode(), aggregate()));
        }
        return fields;
    }

    String table() {
        return comparison == null ? own() : own() + "\n" + comparison.table(prefill(), decode(), aggregate());
    }

    private String own() {
        return """
                %s on %s
                %d prompt tokens, %d generated, %d at once, median of %d after %d to warm up

                prefill             %10.1f tokens/s
                decode              %10.1f tokens/s for one sequence (%.1f to %.1f)
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
                        warmUpRounds,
                        prefill(),
                        decode(),
                        decodes().min().orElseThrow(),
                        decodes().max().orElseThrow(),
                        aggregate(),
                        median(BenchRun::timeToFirstTokenMillis),
                        interToken(0.50),
                        interToken(0.95),
                        interToken(0.99),
                        Sizes.bytes(peakResidentBytes),
                        100 * bandwidthFraction(),
                        bandwidth / 1e9);
    }

    private double prefill() {
        return median(BenchRun::prefillTokensPerSecond);
    }

    private double decode() {
        return median(BenchRun::decodeTokensPerSecond);
    }

    private DoubleStream decodes() {
        return runs.stream().mapToDouble(BenchRun::decodeTokensPerSecond);
    }

    private double aggregate() {
        return median(BenchRun::aggregateTokensPerSecond);
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
        return Median.of(runs, figure);
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
