package dev.exoflux.kernels;

import dev.exoflux.model.Backend;
import dev.exoflux.model.BackendContract;
import dev.exoflux.model.MatrixData;

final class CompiledBackendTest implements BackendContract {

    @Override
    public Backend backend() {
        return CompiledProducts.backend(2);
    }

    @Override
    public double activationError(MatrixData form) {
        return RoundingError.of(form);
    }

    @Override
    public float[] cached(float[] elements) {
        return Kept.asBf16(elements);
    }
}
