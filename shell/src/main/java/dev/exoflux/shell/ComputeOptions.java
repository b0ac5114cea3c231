package dev.exoflux.shell;

import dev.exoflux.kernels.Activations;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.kernels.KvType;
import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.mlx.MlxSettings;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.starter.Backends;
import dev.exoflux.starter.ExofluxProperties.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.shell.core.command.CommandOption;

/** The options that say what computes. */
final class ComputeOptions {

    /** For those who prefer speed over safety. */
    static final String IN_PROCESS = "mlx-in-process";

    static final String MLX_ACTIVATIONS = "mlx-activations";

    /**
     * What computes for a model in this process.
     *
     * @param cpu of the CPU backend, if it is that
     * @param mlx of MLX, if it is that
     */
    record Compute(Choice choice, CpuSettings cpu, MlxSettings mlx) {}

    private ComputeOptions() {}

    /** A command's own options and these after them. */
    static List<CommandOption> after(CommandOption... own) {
        List<CommandOption> options = new ArrayList<>(List.of(own));
        options.add(Options.number("threads", "Compute threads (physical cores)"));
        options.add(Options.text("backend", "auto, mlx, cpu, vector (Java alone) or scalar (auto)"));
        options.add(Options.flag("exact", "Compute with f32 activations throughout: slower"));
        options.add(Options.text("cache-type", "Keys and values in bf16, int8 or f32 (bf16; f32 with --exact)"));
        options.add(
                Options.flag(IN_PROCESS, "Run MLX in this process: a little faster, and gone with it if MLX crashes"));
        options.add(Options.text(
                MLX_ACTIVATIONS, "What MLX computes in: auto, bf16, f16 or f32 (auto: bf16 on a GPU, f32 elsewhere)"));
        return options;
    }

    /** For a model in this process. */
    static Compute settings(Options options, Console console) {
        Activations activations = options.flag("exact") ? Activations.EXACT : Activations.ROUNDED;
        Choice choice = backend(options.text("backend").orElse("auto"));
        CpuSettings cpu = new CpuSettings(
                options.given("threads") ? options.number("threads", 1, 1, 1024) : CpuBackends.defaultThreads(),
                Backends.kernels(choice),
                activations,
                options.text("cache-type").map(ComputeOptions::cacheType).orElse(activations.cacheType()),
                console.home().resolve("native"));
        return new Compute(
                choice,
                cpu,
                Backends.mlx(console.home(), activations, mlxActivations(options), options.flag(IN_PROCESS)));
    }

    /** @throws ExofluxException INVALID_REQUEST for a name that is none */
    static Choice backend(String name) {
        try {
            return Choice.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ExofluxException.invalid(
                    "--backend", "--backend %s is not auto, mlx, cpu, vector or scalar.".formatted(name));
        }
    }

    /** @throws ExofluxException INVALID_REQUEST for a name that is none */
    static MlxActivations mlxActivations(Options options) {
        String name = options.text(MLX_ACTIVATIONS).orElse("auto");
        try {
            return MlxActivations.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ExofluxException.invalid(
                    "--" + MLX_ACTIVATIONS, "--%s %s is not auto, bf16, f16 or f32.".formatted(MLX_ACTIVATIONS, name));
        }
    }

    /** As a user writes it. */
    static String name(Choice choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    /** @throws ExofluxException INVALID_REQUEST for a name that is none */
    static KvType cacheType(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "f32" -> KvType.F32;
            case "bf16" -> KvType.BF16;
            case "int8" -> KvType.INT8;
            default ->
                throw ExofluxException.invalid(
                        "--cache-type", "--cache-type %s is not bf16, int8 or f32.".formatted(name));
        };
    }
}
