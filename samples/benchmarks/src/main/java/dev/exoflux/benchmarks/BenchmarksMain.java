package dev.exoflux.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs what JMH's command line names, with the machine's limits first, and puts every figure beside them in the end. Takes
 * JMH's options ({@code -h} lists them).
 */
public final class BenchmarksMain {

    private static final String LIMITS = MachineBenchmark.class.getSimpleName();

    private BenchmarksMain() {}

    /** Runs the benchmarks. */
    public static void main(String[] args) throws Exception {
        if (List.of(args).stream().anyMatch(arg -> arg.equals("-h") || arg.startsWith("-l"))) {
            Main.main(args); // it only tells something
            return;
        }
        System.out.print(new ResultTable(run(new CommandLineOptions(args))).text());
    }

    private static Collection<RunResult> run(CommandLineOptions options)
            throws CommandLineOptionException, RunnerException {
        OptionsBuilder builder = new OptionsBuilder();
        builder.parent(options);
        if (!options.getIncludes().isEmpty()) {
            List<String> includes = new ArrayList<>(options.getIncludes());
            includes.add("\\." + LIMITS + "\\.");
            includes.forEach(builder::include);
        }
        return new Runner(builder.build()).run();
    }
}
