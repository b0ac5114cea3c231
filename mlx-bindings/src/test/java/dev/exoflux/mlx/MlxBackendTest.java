package dev.exoflux.mlx;

import dev.exoflux.model.Backend;
import dev.exoflux.model.BackendContract;
import dev.exoflux.model.ConformanceContract;
import dev.exoflux.model.MlxLmContract;
import dev.exoflux.model.QuantisationContract;

final class MlxBackendTest implements BackendContract, ConformanceContract, MlxLmContract, QuantisationContract {

    @Override
    public Backend backend() {
        return TestMlx.backend();
    }

    @Override
    public double normError() {
        return 3e-6;
    }
}
