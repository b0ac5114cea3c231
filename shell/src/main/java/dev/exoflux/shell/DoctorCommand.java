package dev.exoflux.shell;

import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.shell.selftest.MlxSelfTest;
import dev.exoflux.starter.Backends;
import dev.exoflux.starter.ExofluxProperties.Choice;
import java.util.List;

/** {@code exoflux doctor}: what of exoflux can run here, and for what cannot, why and what to do. */
final class DoctorCommand extends ExofluxCommand {

    DoctorCommand(Console console) {
        super(
                "doctor",
                "[--mlx-selftest]",
                "Say what can run on this machine, and what to do about the rest",
                console,
                List.of(Options.flag(
                        "mlx-selftest", "Compare MLX with the CPU instead, and print a report that can be sent back")));
    }

    @Override
    int run(Options options) {
        return options.flag("mlx-selftest") ? mlxSelfTest() : backends();
    }

    private int mlxSelfTest() {
        MlxSelfTest test = new MlxSelfTest(
                console().home(),
                () -> Repositories.of(console()).resolve(LocalAssistant.BUILT_IN),
                line -> console().out().println(line));
        return test.run(CommandLine.version()) ? CommandLine.OK : CommandLine.FAILED;
    }

    private int backends() {
        console()
                .out()
                .println("Backends (--backend NAME; auto takes %s)"
                        .formatted(
                                ComputeOptions.name(Backends.automatic(console().home()))));
        for (Choice choice : List.of(Choice.MLX, Choice.CPU, Choice.VECTOR, Choice.SCALAR)) {
            report(ComputeOptions.name(choice), tried(choice));
        }
        return CommandLine.OK;
    }

    /** A backend's description, or why there is none. */
    private Finding tried(Choice choice) {
        CpuSettings usual = CpuSettings.of(CpuBackends.defaultThreads());
        CpuSettings cpu = new CpuSettings(
                usual.threads(),
                Backends.kernels(choice),
                usual.activations(),
                usual.cache(),
                console().home().resolve("native"));
        try (Backend backend = Backends.create(
                choice, cpu, Backends.mlx(console().home(), usual.activations(), MlxActivations.AUTO, false))) {
            return new Finding(true, "%s: %s".formatted(backend.name(), backend.description()));
        } catch (ExofluxException e) {
            return new Finding(false, String.valueOf(e.getMessage()));
        }
    }

    /** What a check found, in one line or several. */
    private record Finding(boolean good, String text) {}

    private void report(String name, Finding finding) {
        List<String> lines = finding.text().lines().toList();
        console().out().println("  %-7s %-4s %s".formatted(name, finding.good() ? "yes" : "no", lines.getFirst()));
        lines.stream().skip(1).forEach(line -> console().out().println(" ".repeat(15) + line));
    }
}
