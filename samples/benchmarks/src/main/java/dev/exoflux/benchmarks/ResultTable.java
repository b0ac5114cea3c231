package dev.exoflux.benchmarks;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Results of JMH as a table of Markdown: time, GB/s and GFLOP/s, and what share of the machine's limits that is. */
final class ResultTable {

    /** Values of parameters that go without saying. */
    private static final Set<String> USUAL = Set.of("0", "BEST", "ROUNDED", "BF16");

    private final Collection<RunResult> results;
    private final double memory;
    private final double multiplyAdd;

    ResultTable(Collection<RunResult> results) {
        this.results = results;
        memory = limit("memory", "gigabytes");
        multiplyAdd = limit("multiplyAdd", "gigaflops");
    }

    private double limit(String name, String counter) {
        return results.stream()
                .filter(each ->
                        each.getParams().getBenchmark().endsWith(MachineBenchmark.class.getSimpleName() + "." + name))
                .mapToDouble(each -> rate(each, counter))
                .max()
                .orElse(Double.NaN);
    }

    /** What was counted a second; NaN where it was not. */
    private static double rate(RunResult result, String counter) {
        @Nullable Result<?> found = result.getSecondaryResults().get(counter);
        return found == null ? Double.NaN : found.getScore();
    }

    String text() {
        StringBuilder text =
                new StringBuilder("\nMemory %.1f GB/s, multiply-add %.0f GFLOP/s\n\n".formatted(memory, multiplyAdd));
        text.append("| benchmark | time | GB/s | of memory | GFLOP/s | of multiply-add |\n|---|---|---|---|---|---|\n");
        for (RunResult each : results) {
            double bytes = rate(each, "gigabytes");
            double flops = rate(each, "gigaflops");
            text.append("| %s | %.1f us | %s | %s | %s | %s |\n"
                    .formatted(
                            name(each.getParams()),
                            1e6 / each.getPrimaryResult().getScore(),
                            number(bytes),
                            share(bytes / memory),
                            number(flops),
                            share(flops / multiplyAdd)));
        }
        return text.toString();
    }

    private static String name(BenchmarkParams params) {
        String path = params.getBenchmark();
        StringBuilder name = new StringBuilder(path.substring(path.lastIndexOf('.') + 1));
        for (String key : params.getParamsKeys()) {
            if (key.equals("depth") || !USUAL.contains(params.getParam(key))) {
                name.append(' ').append(key).append('=').append(params.getParam(key));
            }
        }
        return name.toString();
    }

    private static String number(double value) {
        return value > 0 ? "%.1f".formatted(value) : "";
    }

    private static String share(double value) {
        return value > 0 ? "%.0f %%".formatted(100 * value) : "";
    }
}
