package dev.exoflux.kernels;

import dev.exoflux.model.Backend;
import dev.exoflux.model.BackendContract;
import dev.exoflux.model.MatrixData;

final class RoundedScalarBackendTest implements BackendContract {

    @Override
    public Backend backend() {
        return CpuBackends.create(
                new CpuSettings(2, CpuBackends.Choice.SCALAR, Activations.ROUNDED, KvType.BF16, null));
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
