package dev.exoflux.model.arch;

import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.Weights;

/** The feed-forward part that all these architectures share: SwiGLU (Shazeer 2020). */
record GatedMlp(Matrix gate, Matrix up, Matrix down) {

    static GatedMlp load(Weights weights, String name, ModelConfig config, boolean bias) {
        int hidden = config.hiddenSize();
        int wide = config.intermediateSize();
        return new GatedMlp(
                weights.matrix(name + ".gate_proj", wide, hidden, bias),
                weights.matrix(name + ".up_proj", wide, hidden, bias),
                weights.matrix(name + ".down_proj", hidden, wide, bias));
    }

    Tensor forward(Ops ops, Tensor x) {
        return ops.linear(ops.swiglu(ops.linear(x, gate), ops.linear(x, up)), down);
    }
}
