package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import org.junit.jupiter.api.Assumptions;

/**
 * MLX for tests. Where it is not installed they are skipped and say so, unless {@code EXOFLUX_CI} is set: then they fail.
 * Where it is installed and does not work they fail everywhere.
 */
final class TestMlx {

    private static boolean said;

    private TestMlx() {}

    /** Computes in f32 on every device, in this process; the caller closes it. */
    static MlxBackend backend() {
        return backend(MlxSettings.of(null, MlxActivations.F32).inThisProcess());
    }

    /** Computes here, and multiplies matrices in parts; the caller closes it. */
    static MlxBackend backend(ArrayType type, Parts parts) {
        backend().close(); // skips where there is none
        LocalMlx mlx = LocalMlx.start(MlxBackends.library(null), 0);
        Interpreter interpreter = mlx.thread().call(() -> new Interpreter(mlx.runtime(), type, false, parts));
        return new MlxBackend(() -> new LocalEngine(mlx, interpreter));
    }

    /** The caller closes it. */
    static MlxBackend backend(MlxSettings settings) {
        String lacking = lacking(
                System.getenv("EXOFLUX_CI") != null, MlxBackends.find(null).isPresent());
        if (!lacking.isEmpty()) {
            if (!said) {
                said = true;
                System.out.println(lacking);
            }
            Assumptions.abort(lacking);
        }
        return MlxBackends.create(settings);
    }

    /** Why tests are to be skipped, or nothing if they are not; fails where all have to run and cannot. */
    static String lacking(boolean continuousIntegration, boolean installed) {
        if (installed) {
            return "";
        }
        String advice = "Maybe " + MlxBackends.advice(null);
        if (continuousIntegration) {
            throw new AssertionError("MLX is not installed, and EXOFLUX_CI is set. " + advice);
        }
        return "Tests of the MLX backend are skipped: MLX is not installed. " + advice;
    }
}
