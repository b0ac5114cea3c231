package dev.exoflux.starter;

import dev.exoflux.kernels.Activations;
import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.kernels.CpuSettings;
import dev.exoflux.kernels.KvType;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend that the properties ask for. */
final class Backends {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    /** More than any machine has cores; a number beyond it is a slip, and would take every thread the system has. */
    private static final int MOST_THREADS = 1024;

    private Backends() {}

    /** @throws ExofluxException INVALID_CONFIGURATION for one that this JVM cannot run */
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
        CpuBackend backend = CpuBackends.create(new CpuSettings(
                threads == null ? CpuBackends.defaultThreads() : threads,
                switch (properties.backend()) {
                    case AUTO -> CpuBackends.Choice.BEST;
                    case VECTOR -> CpuBackends.Choice.VECTOR;
                    case SCALAR -> CpuBackends.Choice.SCALAR;
                },
                activations,
                cacheType == null ? activations.cacheType() : cacheType,
                properties.homeOrDefault().resolve("native")));
        if (properties.backend() == ExofluxProperties.Choice.VECTOR
                && !backend.name().contains("vector")) {
            backend.close();
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "exoflux.backend is vector, but what this JVM can run is %s.".formatted(backend.description()));
        }
        LOG.info("Backend {}: {}", backend.name(), backend.description());
        return backend;
    }
}
