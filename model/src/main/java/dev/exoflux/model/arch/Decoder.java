package dev.exoflux.model.arch;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shard of a model that is an embedding, a stack of like layers, a final norm and a head. What the layers are is the
 * architecture's; what surrounds them is the same for all.
 */
final class Decoder implements CausalLm {

    /** How an architecture loads one of its layers. */
    interface LayerLoader {

        /**
         * Loads one layer.
         *
         * @param name such as {@code model.layers.0}
         * @param shape of the layer's attention
         */
        DecoderLayer load(String name, AttentionShape shape);
    }

    private final ModelConfig config;
    private final Shard shard;
    private final Weights weights;
    private final @Nullable Matrix embedding;
    private final List<DecoderLayer> layers;
    private final @Nullable RmsNorm norm;
    private final @Nullable Matrix head;

    private Decoder(ModelConfig config, Shard shard, Weights weights, LayerLoader loader) {
        this.config = config;
        this.shard = shard;
        this.weights = weights;
        this.embedding = shard.first() ? table("model.embed_tokens") : null;
        this.layers = layers(loader);
        this.norm = shard.last() ? RmsNorm.load(weights, "model.norm", config.hiddenSize(), config) : null;
        this.head = shard.last() ? head() : null;
    }

    /** Loads a shard, in the order of the forward pass; the model then owns the weights. */
    static Decoder load(ModelConfig config, Shard shard, Weights weights, LayerLoader loader) {
        Decoder decoder = new Decoder(config, shard, weights, loader);
        weights.requireNothingLeft(shard);
        return decoder;
    }

    private List<DecoderLayer> layers(LayerLoader loader) {
        List<DecoderLayer> loaded = new ArrayList<>();
        for (int layer = shard.layers().from(); layer < shard.layers().to(); layer++) {
            loaded.add(loader.load("model.layers." + layer, attentionShape(layer)));
        }
        return List.copyOf(loaded);
    }

    private AttentionShape attentionShape(int layer) {
        return new AttentionShape(
                layer - shard.layers().from(),
                config.heads(),
                config.kvHeads(),
                config.headDim(),
                (float) (1 / Math.sqrt(config.headDim())),
                config.windows().get(layer));
    }

    private Matrix head() {
        if (!config.tiedEmbeddings()) {
            return table("lm_head");
        }
        return embedding != null ? embedding : table("model.embed_tokens");
    }

    private Matrix table(String name) {
        return weights.matrix(name, config.vocabularySize(), config.hiddenSize(), false);
    }

    @Override
    public Shard shard() {
        return shard;
    }

    @Override
    public int hiddenSize() {
        return config.hiddenSize();
    }

    @Override
    public int vocabularySize() {
        return config.vocabularySize();
    }

    @Override
    public Tensor embed(Ops ops, int[] ids) {
        if (embedding == null) {
            throw new IllegalStateException(shard + " does not hold the embedding");
        }
        return ops.embed(embedding, ids);
    }

    @Override
    public Tensor layers(Ops ops, Tensor hidden, Positions at) {
        Tensor x = hidden;
        for (DecoderLayer layer : layers) {
            x = ops.keep(layer.forward(ops, x, at));
        }
        return x;
    }

    @Override
    public Tensor logits(Ops ops, Tensor hidden) {
        if (norm == null || head == null) {
            throw new IllegalStateException(shard + " does not hold the head");
        }
        return ops.linear(norm.forward(ops, hidden), head);
    }

    @Override
    public KvShape kvShape() {
        return new KvShape(layers.size(), config.kvHeads(), config.headDim());
    }

    @Override
    public KvCache newCache(int capacity) {
        return weights.backend().newCache(kvShape(), capacity);
    }

    /** All matrices but the embedding, of which a step reads a single row, unless it is the head too. */
    @Override
    public long weightBytes() {
        boolean readWhole = shard.last() && config.tiedEmbeddings();
        if (embedding == null || readWhole) {
            return weights.bytes();
        }
        return weights.bytes() - embedding.bytes() + embedding.bytes() / embedding.rows();
    }

    @Override
    public long readSpeed() {
        return weights.readSpeed();
    }

    @Override
    public void close() {
        weights.close();
    }
}
