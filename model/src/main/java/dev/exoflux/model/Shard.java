package dev.exoflux.model;

/**
 * The part of a model that one stage holds: the embedding with the first layers, the head with the last.
 *
 * @param layers the decoder layers held
 * @param modelLayers decoder layers of the whole model
 */
public record Shard(LayerRange layers, int modelLayers) {

    public Shard {
        if (layers.to() > modelLayers) {
            throw new IllegalArgumentException(layers + " of " + modelLayers + " layers");
        }
    }

    /** The whole model in one piece. */
    public static Shard whole(int modelLayers) {
        return new Shard(new LayerRange(0, modelLayers), modelLayers);
    }

    /** Whether this shard turns token ids into hidden states. */
    public boolean first() {
        return layers.from() == 0;
    }

    /** Whether this shard turns hidden states into logits. */
    public boolean last() {
        return layers.to() == modelLayers;
    }
}
