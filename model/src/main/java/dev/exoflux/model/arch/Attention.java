package dev.exoflux.model.arch;

import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Tensor;

/** The part of a layer in which positions look at one another; each architecture has its own. */
interface Attention {

    /** {@code [rows, hiddenSize]} to the same. */
    Tensor forward(Ops ops, Tensor x, Positions at);
}
