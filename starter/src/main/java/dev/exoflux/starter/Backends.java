package dev.exoflux.starter;

import dev.exoflux.kernels.Activations;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.kernels.KvType;
import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.mlx.MlxBackends;
import dev.exoflux.mlx.MlxSettings;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.starter.ExofluxProperties.Choice;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend that is asked for, or the best there is. */
public final class Backends {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    /** More than any machine has cores; a number beyond it is a slip, and would take every thread the system has. */
    private static final int MOST_THREADS = 1024;

    private Backends() {}

    /**
     * What the properties ask for.
     *
     * @throws ExofluxException INVALID_CONFIGURATION for one that this machine cannot run
     */
    static Backend create(ExofluxProperties properties) {
        Integer threads = properties.threads();
        if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "exoflux.threads is %d; it has to be between 1 and %d.%nMaybe leave it out: then there is one for each core."
                            .formatted(threads, MOST_THREADS));
        }
        Activations activations = properties.exact() ? Activations.EXACT : Activations.ROUNDED;
        KvType cacheType = properties.cacheType();
        Path home = properties.homeOrDefault();
        Backend backend = create(
                properties.backend(),
                new CpuSettings(
                        threads == null ? CpuBackends.defaultThreads() : threads,
                        kernels(properties.backend()),
                        activations,
                        cacheType == null ? activations.cacheType() : cacheType,
                        home.resolve("native")),
                mlx(
                                home,
                                activations,
                                properties.mlx().activations(),
                                properties.mlx().inProcess())
                        .within(properties.mlx().memory().toBytes()));
        LOG.info("Backend {}: {}", backend.name(), backend.description());
        return backend;
    }

    /**
     * A backend that the caller closes.
     *
     * @param cpu of the CPU backend, if it is that
     * @param mlx of MLX, if it is that
     * @throws ExofluxException INVALID_CONFIGURATION for one that this machine cannot run
     */
    public static Backend create(Choice choice, CpuSettings cpu, MlxSettings mlx) {
        return switch (choice) {
            case MLX -> MlxBackends.create(mlx);
            case AUTO -> automatic(mlx.home()) == Choice.MLX ? mlxIfItCan(cpu, mlx) : withoutGpu(cpu, mlx.home());
            case CPU, SCALAR -> CpuBackends.create(cpu);
            case VECTOR -> vector(cpu);
        };
    }

    /** What {@link Choice#AUTO} takes here; the CPU all the same, if MLX turns out not to be usable. */
    public static Choice automatic(@Nullable Path home) {
        return MlxBackends.preferred() && MlxBackends.find(home).isPresent() ? Choice.MLX : Choice.CPU;
    }

    /** The CPU kernels that go with a choice. */
    public static CpuBackends.Choice kernels(Choice choice) {
        return switch (choice) {
            case AUTO, MLX, CPU -> CpuBackends.Choice.BEST;
            case VECTOR -> CpuBackends.Choice.VECTOR;
            case SCALAR -> CpuBackends.Choice.SCALAR;
        };
    }

    /**
     * MLX with all the memory that it recommends.
     *
     * @param activations exact ones are f32 there too
     * @param its what it keeps otherwise
     * @throws ExofluxException INVALID_CONFIGURATION for exact ones in halves
     */
    public static MlxSettings mlx(Path home, Activations activations, MlxActivations its, boolean inProcess) {
        boolean exact = activations == Activations.EXACT;
        if (exact && (its == MlxActivations.BF16 || its == MlxActivations.F16)) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Exact computing is in f32, and MLX's activations are to be in %s.%nMaybe leave one of the two out."
                            .formatted(its.name().toLowerCase(Locale.ROOT)));
        }
        MlxSettings settings = MlxSettings.of(home, exact ? MlxActivations.F32 : its);
        return inProcess ? settings.inThisProcess() : settings;
    }

    private static Backend withoutGpu(CpuSettings cpu, @Nullable Path home) {
        if (MlxBackends.preferred()) {
            LOG.info("The GPU is not used: MLX is not installed. Maybe {}", MlxBackends.advice(home));
        }
        return CpuBackends.create(cpu);
    }

    private static Backend mlxIfItCan(CpuSettings cpu, MlxSettings mlx) {
        try {
            return MlxBackends.create(mlx);
        } catch (ExofluxException e) {
            LOG.warn("The GPU is not used: {}", e.getMessage());
            return CpuBackends.create(cpu);
        }
    }

    private static Backend vector(CpuSettings cpu) {
        CpuBackend backend = CpuBackends.create(cpu);
        if (!backend.name().contains("vector")) {
            backend.close();
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "exoflux.backend is vector, but what this JVM can run is %s.".formatted(backend.description()));
        }
        return backend;
    }
}
