package dev.exoflux.model.arch;

import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.Weights;

/** One layer as all these architectures have it: norm and attention, norm and feed-forward, each added to what came in. */
record DecoderLayer(RmsNorm inputNorm, Attention attention, RmsNorm postAttentionNorm, GatedMlp mlp) {

    static DecoderLayer load(Weights weights, String name, ModelConfig config, Attention attention, boolean mlpBias) {
        return new DecoderLayer(
                RmsNorm.load(weights, name + ".input_layernorm", config.hiddenSize(), config),
                attention,
                RmsNorm.load(weights, name + ".post_attention_layernorm", config.hiddenSize(), config),
                GatedMlp.load(weights, name + ".mlp", config, mlpBias));
    }

    Tensor forward(Ops ops, Tensor x, Positions at) {
        Tensor h = ops.add(x, attention.forward(ops, inputNorm.forward(ops, x), at));
        return ops.add(h, mlp.forward(ops, postAttentionNorm.forward(ops, h)));
    }
}
