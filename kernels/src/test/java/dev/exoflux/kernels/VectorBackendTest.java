package dev.exoflux.kernels;

import dev.exoflux.model.Backend;
import dev.exoflux.model.BackendContract;
import dev.exoflux.model.ConformanceContract;
import dev.exoflux.model.MlxLmContract;
import dev.exoflux.model.QuantisationContract;

final class VectorBackendTest implements BackendContract, ConformanceContract, MlxLmContract, QuantisationContract {

    @Override
    public Backend backend() {
        return CpuBackends.create(new CpuSettings(2, CpuBackends.Choice.BEST, Activations.EXACT, KvType.F32, null));
    }
}
