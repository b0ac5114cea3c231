package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Run by {@code tools/mlx-overhead}: what MLX's C layer costs a program in Java. One call of each kind, and the graph of one
 * decode step of the 1B shape (16 layers, 4 bits), built and freed without being computed: by the calls that {@code step.c} and
 * {@code step.py} make, and as a model of that shape has it built, whose folder is the argument. A line on standard input names
 * what to measure, a line answers with nanoseconds.
 */
final class GraphCost {

    private static final long MEASURED = 250_000_000;
    private static final long WARM_UP = 20 * MEASURED;

    private final MlxRuntime mlx;
    private final DecodeStepGraph step;
    private final UncomputedStep model;
    private final MemorySegment one = Arena.global().allocateFrom(ValueLayout.JAVA_INT, 1);
    private final long a;

    private GraphCost(MlxRuntime mlx, UncomputedStep model) {
        this.mlx = mlx;
        this.model = model;
        this.step = new DecodeStepGraph(mlx);
        this.a = make();
    }

    static void main(String[] args) throws IOException {
        LocalMlx mlx = LocalMlx.start(MlxBackends.library(null), 0);
        UncomputedStep model = new UncomputedStep(mlx, Path.of(args[0]), 8);
        GraphCost cost = mlx.thread().call(() -> new GraphCost(mlx.runtime(), model));
        mlx.thread().call(() -> cost.best(cost.step::build, 10, WARM_UP) + cost.best(() -> model.run(8), 10, WARM_UP));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String what = line;
            System.out.printf(Locale.ROOT, "%.1f%n", mlx.thread().call(() -> cost.of(what)));
        }
    }

    private double of(String what) {
        return switch (what) {
            case "getter" -> best(this::getter, 10_000, MEASURED);
            case "make" -> best(this::makeAndFree, 1_000, MEASURED);
            case "add" -> best(this::addAndFree, 1_000, MEASURED);
            case "step" -> best(step::build, 10, MEASURED);
            case "model" -> best(() -> model.run(1), 10, MEASURED);
            case "eight" -> best(() -> model.run(8), 10, MEASURED);
            default -> throw new IllegalArgumentException(what);
        };
    }

    /** Nanoseconds of one. */
    private double best(Runnable what, int atOnce, long nanos) {
        double least = Double.MAX_VALUE;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            for (int i = 0; i < atOnce; i++) {
                what.run();
            }
            least = Math.min(least, (System.nanoTime() - start) / (double) atOnce);
        }
        return least;
    }

    private void getter() {
        require(mlx.library().arrays().ndim(a) == 1);
    }

    private long make() {
        return mlx.library().arrays().newData(one, one, 1, ArrayType.I32.code());
    }

    private void makeAndFree() {
        require(mlx.library().arrays().free(make()) == 0);
    }

    private void addAndFree() {
        Cells cells = mlx.cells();
        require(mlx.library().ops().add(cells.out(), a, a, mlx.device().stream()) == 0);
        require(mlx.library().arrays().free(cells.result()) == 0);
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("MLX refused a call");
        }
    }
}
