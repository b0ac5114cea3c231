package dev.exoflux.shell.selftest;

import static java.util.Locale.ROOT;

import dev.exoflux.kernels.Activations;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.kernels.KvType;
import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.mlx.MlxBackend;
import dev.exoflux.mlx.MlxBackends;
import dev.exoflux.mlx.MlxSettings;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.text.Tokenizer;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.shell.selftest.Report.Finding;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Compares MLX with the exact CPU kernels and writes a report that says nothing of whose machine it is: no host name, no path
 * of the user's.
 */
public final class MlxSelfTest {

    /** Of a row's largest number. Another order of a sum is off by 1e-6, a defect by more than a hundredth. */
    private static final double TOLERANCE = 1e-4;

    private static final int TOKENS = 32;
    private static final List<String> PROMPTS =
            List.of("Hello! Who are you?", "Once upon a time there was a small robot who", "What is 17 + 25?");

    private final Path home;
    private final Supplier<ModelDirectory> model;
    private final Report report;

    /**
     * A self-test that has not begun.
     *
     * @param home exoflux's own folder
     * @param model a small one, which is unpacked or found when it is asked for
     * @param lines told each line of the report as soon as it is known
     */
    public MlxSelfTest(Path home, Supplier<ModelDirectory> model, Consumer<String> lines) {
        this.home = home;
        this.model = model;
        this.report = new Report(lines, this::discreet);
    }

    private String discreet(String text) {
        return text.replace(home.toString(), "EXOFLUX_HOME").replace(System.getProperty("user.home"), "~");
    }

    /** Some seconds; whether everything was as it should be. What is not is a line of the report, never an exception. */
    public boolean run(String version) {
        report.title("exoflux %s: self-test of MLX".formatted(version));
        report.fact(
                "machine",
                "%s %s, %s, %d cores, Java %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch"),
                                Runtime.getRuntime().availableProcessors(),
                                Runtime.version()));
        if (report.check("library", this::library)) {
            compare();
        }
        return report.passed();
    }

    private Finding library() {
        if (MlxBackends.find(home).isEmpty()) {
            return new Finding(false, "MLX is not installed. Maybe " + MlxBackends.advice(home));
        }
        try (MlxBackend usual = MlxBackends.create(home, MlxActivations.AUTO)) {
            return new Finding(true, usual.name() + ", " + usual.description());
        }
    }

    private void compare() {
        CpuSettings exact = new CpuSettings(
                CpuBackends.defaultThreads(), CpuBackends.Choice.BEST, Activations.EXACT, KvType.F32, null);
        MlxBackend mlx = MlxBackends.create(home, MlxActivations.F32);
        long handles = mlx.liveHandles();
        long bytes = mlx.activeBytes();
        report.fact("memory", mlx.memoryLimits());
        String rounded = System.getenv("MLX_ENABLE_TF32");
        report.fact("f32 products", "MLX_ENABLE_TF32 is " + (rounded == null ? "not set" : rounded));
        try (mlx;
                CpuBackend cpu = CpuBackends.create(exact)) {
            report.fact("compared with", cpu.description());
            verbs(mlx, cpu);
            report.check("tokens", () -> tokens(mlx, cpu));
            report.check("worker", () -> worker(cpu));
        }
        report.check("left behind", () -> {
            long moreHandles = mlx.liveHandles() - handles;
            long moreBytes = mlx.activeBytes() - bytes;
            return new Finding(
                    moreHandles == 0 && moreBytes == 0, "%d handles, %d bytes".formatted(moreHandles, moreBytes));
        });
    }

    private void verbs(Backend mlx, Backend cpu) {
        try (Arena arena = Arena.ofShared()) {
            for (Verb verb : Verb.all(new RandomWeights(arena))) {
                report.check(verb.name(), () -> {
                    double off = difference(verb.run().apply(mlx), verb.run().apply(cpu));
                    return new Finding(off <= TOLERANCE, String.format(ROOT, "off by %.1e", off));
                });
            }
        }
    }

    /** The largest, as a share of the largest number of its row; NaN if there is one. */
    private static double difference(List<float[]> actual, List<float[]> expected) {
        double worst = actual.size() == expected.size() ? 0 : Double.NaN;
        for (int row = 0; row < Math.min(actual.size(), expected.size()); row++) {
            double largest = 0;
            double off = 0;
            for (int i = 0; i < expected.get(row).length; i++) {
                largest = Math.max(largest, Math.abs(expected.get(row)[i]));
                off = Math.max(off, Math.abs((double) actual.get(row)[i] - expected.get(row)[i]));
            }
            worst = Math.max(worst, off / largest);
        }
        return worst;
    }

    /** Equal in f32; in the types that MLX is used with, tokens may differ, and the time is what users get. */
    private Finding tokens(Backend mlx, Backend cpu) {
        ModelDirectory directory = model.get();
        List<GreedyModel.Answer> expected = answers(directory, cpu);
        List<GreedyModel.Answer> found = answers(directory, mlx);
        List<GreedyModel.Answer> usual;
        String types;
        try (MlxBackend backend = MlxBackends.create(home, MlxActivations.AUTO)) {
            usual = answers(directory, backend);
            types = backend.name() + ", " + backend.description();
        }
        report.fact(
                "decode step",
                String.format(
                        ROOT,
                        "%.2f ms on %s; in f32 %.2f ms, CPU in f32 %.2f ms (%s)",
                        millis(usual),
                        types,
                        millis(found),
                        millis(expected),
                        directory.id()));
        report.fact("usual types", agreement(usual, expected) + " as the CPU has them in f32");
        return new Finding(
                same(found, expected) == PROMPTS.size() * TOKENS, agreement(found, expected) + " as the CPU has them");
    }

    /** As {@code serve} runs it: in a process of its own, and in another where that is lost. */
    private Finding worker(Backend cpu) {
        ModelDirectory directory = model.get();
        List<GreedyModel.Answer> expected = answers(directory, cpu);
        long start = System.nanoTime();
        try (MlxBackend worker = MlxBackends.create(MlxSettings.of(home, MlxActivations.F32))) {
            long begun = System.nanoTime();
            List<GreedyModel.Answer> found = answers(directory, worker);
            worker.process().ifPresent(its -> {
                its.destroyForcibly();
                its.onExit().join();
            });
            long killed = System.nanoTime();
            List<GreedyModel.Answer> again = answersOfAnother(directory, worker);
            return new Finding(
                    same(found, expected) + same(again, expected) == 2 * PROMPTS.size() * TOKENS,
                    String.format(
                            ROOT,
                            "began in %.0f ms, %s as the CPU has them, a step %.2f ms; killed, another began and has %s, in %.0f ms",
                            (begun - start) / 1e6,
                            agreement(found, expected),
                            millis(found),
                            agreement(again, expected),
                            (System.nanoTime() - killed) / 1e6));
        }
    }

    /** The first who asks may be told that it is lost. */
    private List<GreedyModel.Answer> answersOfAnother(ModelDirectory directory, Backend worker) {
        try {
            return answers(directory, worker);
        } catch (ExofluxException e) {
            if (e.code() != ErrorCode.BACKEND_LOST) {
                throw e;
            }
            return answers(directory, worker);
        }
    }

    private List<GreedyModel.Answer> answers(ModelDirectory directory, Backend backend) {
        List<GreedyModel.Answer> answers = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.load(directory.tokenizer(), home.resolve("cache"));
                GreedyModel greedy = new GreedyModel(directory, backend)) {
            for (String prompt : PROMPTS) {
                answers.add(greedy.answer(tokenizer.encode(prompt, false), TOKENS));
            }
        }
        return answers;
    }

    /** The last answer's: by then code is compiled, as far as it is after so little. */
    private static double millis(List<GreedyModel.Answer> answers) {
        return answers.getLast().stepNanos() / 1e6;
    }

    private static String agreement(List<GreedyModel.Answer> found, List<GreedyModel.Answer> expected) {
        return "%d of %d tokens".formatted(same(found, expected), PROMPTS.size() * TOKENS);
    }

    /** Tokens before the first that differs, of all prompts. */
    private static int same(List<GreedyModel.Answer> found, List<GreedyModel.Answer> expected) {
        int same = 0;
        for (int i = 0; i < expected.size(); i++) {
            int differs = Arrays.mismatch(found.get(i).tokens(), expected.get(i).tokens());
            same += differs < 0 ? TOKENS : differs;
        }
        return same;
    }
}
