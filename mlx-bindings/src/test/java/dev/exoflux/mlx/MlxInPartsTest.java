package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.Backend;
import dev.exoflux.model.MlxLmContract;

/** Every quantised matrix in parts, however small: the tokens stay those of mlx-lm. */
final class MlxInPartsTest implements MlxLmContract {

    @Override
    public Backend backend() {
        return TestMlx.backend(ArrayType.F32, new Parts(3, 1));
    }
}
