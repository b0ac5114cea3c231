package dev.exoflux.kernels;

import dev.exoflux.model.Backend;
import dev.exoflux.model.BackendContract;
import dev.exoflux.model.MatrixData;

final class Int8ScalarBackendTest implements BackendContract {

    @Override
    public Backend backend() {
        return CpuBackends.create(new CpuSettings(2, CpuBackends.Choice.SCALAR, Activations.INT8, KvType.BF16, null));
    }

    @Override
    public double activationError(MatrixData form) {
        return Activations.INT8.rounded(form) ? 0.5 / Int8Rounding.LARGEST : 0;
    }

    @Override
    public float cached(float element) {
        return Float.intBitsToFloat(KvLayout.bf16(element));
    }
}
