package dev.exoflux.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What llama.cpp reached in the rounds it took in turn with ours.
 *
 * @param gguf its model's file name
 * @param parameters of the model that ran here
 */
record BenchComparison(String gguf, List<LlamaCpp.Round> rounds, long parameters) {

    /** Models that differ by more do not have the same shape. */
    private static final double ALIKE = 1.1;

    /** Why the figures cannot be compared, where the two models are not of one size. */
    Optional<String> warning() {
        long other = rounds.getFirst().parameters();
        return other == 0 || (parameters < other * ALIKE && other < parameters * ALIKE)
                ? Optional.empty()
                : Optional.of("%s has %s parameters, the model here %s: the ratios compare unlike things."
                        .formatted(gguf, Sizes.count(other), Sizes.count(parameters)));
    }

    double prefill() {
        return Median.of(rounds, LlamaCpp.Round::prefill);
    }

    double decode() {
        return Median.of(rounds, LlamaCpp.Round::decode);
    }

    double aggregate() {
        return Median.of(rounds, LlamaCpp.Round::aggregate);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", gguf);
        fields.put("prefillTokensPerSecond", BenchReport.rounded(prefill()));
        fields.put("decodeTokensPerSecond", BenchReport.rounded(decode()));
        fields.put("aggregateTokensPerSecond", BenchReport.rounded(aggregate()));
        return fields;
    }

    /** Ours divided by llama.cpp's. */
    Map<String, Object> ratios(double prefill, double decode, double aggregate) {
        Map<String, Object> ratios = new LinkedHashMap<>();
        ratios.put("prefill", BenchReport.rounded(prefill / prefill()));
        ratios.put("decode", BenchReport.rounded(decode / decode()));
        ratios.put("aggregate", BenchReport.rounded(aggregate / aggregate()));
        return ratios;
    }

    String table(double prefill, double decode, double aggregate) {
        return """

                llama.cpp with %s, in turn
                prefill             %10.1f tokens/s   exoflux %.2fx
                decode              %10.1f tokens/s   exoflux %.2fx
                in all              %10.1f tokens/s   exoflux %.2fx""".formatted(
                        gguf,
                        prefill(),
                        prefill / prefill(),
                        decode(),
                        decode / decode(),
                        aggregate(),
                        aggregate / aggregate());
    }
}
