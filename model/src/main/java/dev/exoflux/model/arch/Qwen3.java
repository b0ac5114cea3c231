package dev.exoflux.model.arch;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.RopeFrequencies;
import dev.exoflux.model.weights.Weights;

/**
 * Qwen 3, the dense ones (Yang et al. 2025): every head of the queries and keys is normed before it is rotated; biases only
 * where {@code attention_bias} asks for them, and a sliding window in those layers that the configuration names.
 */
final class Qwen3 {

    private Qwen3() {}

    private record NormedAttention(
            Matrix q, RmsNorm qNorm, Matrix k, RmsNorm kNorm, Matrix v, Matrix o, Rope rope, AttentionShape shape)
            implements Attention {

        static NormedAttention load(Weights w, String name, ModelConfig config, Rope rope, AttentionShape shape) {
            int hidden = config.hiddenSize();
            int queries = config.heads() * config.headDim();
            int keys = config.kvHeads() * config.headDim();
            boolean bias = config.attentionBias();
            return new NormedAttention(
                    w.matrix(name + ".q_proj", queries, hidden, bias),
                    RmsNorm.load(w, name + ".q_norm", config.headDim(), config),
                    w.matrix(name + ".k_proj", keys, hidden, bias),
                    RmsNorm.load(w, name + ".k_norm", config.headDim(), config),
                    w.matrix(name + ".v_proj", keys, hidden, bias),
                    w.matrix(name + ".o_proj", hidden, queries, bias),
                    rope,
                    shape);
        }

        @Override
        public Tensor forward(Ops ops, Tensor x, Positions at) {
            Tensor queries = ops.rope(qNorm.forward(ops, ops.linear(x, q)), rope, at);
            Tensor keys = ops.rope(kNorm.forward(ops, ops.linear(x, k)), rope, at);
            Tensor values = ops.linear(x, v);
            return ops.linear(ops.attention(queries, keys, values, shape, at), o);
        }
    }

    static CausalLm load(ModelConfig config, Shard shard, Weights weights) {
        Rope rope = RopeFrequencies.of(config);
        return Decoder.load(
                config,
                shard,
                weights,
                (name, shape) -> DecoderLayer.load(
                        weights,
                        name,
                        config,
                        NormedAttention.load(weights, name + ".self_attn", config, rope, shape),
                        false));
    }
}
