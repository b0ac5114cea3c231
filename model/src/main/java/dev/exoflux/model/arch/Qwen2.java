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
 * Qwen 2 and 2.5 (Yang et al. 2024): biases on queries, keys and values and nowhere else, and a sliding window in those
 * layers that the configuration names.
 */
final class Qwen2 {

    private Qwen2() {}

    private record BiasedAttention(Matrix q, Matrix k, Matrix v, Matrix o, Rope rope, AttentionShape shape)
            implements Attention {

        static BiasedAttention load(Weights w, String name, ModelConfig config, Rope rope, AttentionShape shape) {
            int hidden = config.hiddenSize();
            int queries = config.heads() * config.headDim();
            int keys = config.kvHeads() * config.headDim();
            return new BiasedAttention(
                    w.matrix(name + ".q_proj", queries, hidden, true),
                    w.matrix(name + ".k_proj", keys, hidden, true),
                    w.matrix(name + ".v_proj", keys, hidden, true),
                    w.matrix(name + ".o_proj", hidden, queries, false),
                    rope,
                    shape);
        }

        @Override
        public Tensor forward(Ops ops, Tensor x, Positions at) {
            Tensor queries = ops.rope(ops.linear(x, q), rope, at);
            Tensor keys = ops.rope(ops.linear(x, k), rope, at);
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
                        BiasedAttention.load(weights, name + ".self_attn", config, rope, shape),
                        false));
    }
}
