package dev.exoflux.model.arch;

import dev.exoflux.model.Ops;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.Weights;

/** A learned root-mean-square norm: over whole hidden states, or over each head. */
final class RmsNorm {

    private final float[] weight;
    private final float epsilon;

    private RmsNorm(float[] weight, float epsilon) {
        this.weight = weight;
        this.epsilon = epsilon;
    }

    static RmsNorm load(Weights weights, String name, int length, ModelConfig config) {
        return new RmsNorm(weights.vector(name + ".weight", length), config.rmsNormEpsilon());
    }

    Tensor forward(Ops ops, Tensor x) {
        return ops.rmsNorm(x, weight, epsilon);
    }
}
