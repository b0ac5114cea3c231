package dev.exoflux.model.weights;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the parts of a model take on disk, and so in memory that maps it.
 *
 * @param layerBytes of each decoder layer
 * @param embeddingBytes of the embedding table
 * @param headBytes of everything else: final norm and, unless it is the table itself, the head
 */
public record WeightSizes(List<Long> layerBytes, long embeddingBytes, long headBytes) {

    static final String EMBEDDING = "model.embed_tokens.";

    public WeightSizes {
        layerBytes = List.copyOf(layerBytes);
    }

    static WeightSizes take(ModelConfig config, Checkpoint checkpoint) {
        long[] layers = new long[config.layers()];
        long embedding = 0;
        long head = 0;
        for (String name : checkpoint.names()) {
            SafetensorsHeader.Entry entry = checkpoint.entry(name);
            long bytes = entry.to() - entry.from();
            OptionalInt layer = TensorNames.layerOf(name);
            if (layer.isPresent()) {
                if (layer.getAsInt() < layers.length) {
                    layers[layer.getAsInt()] += bytes;
                }
            } else if (name.startsWith(EMBEDDING)) {
                embedding += bytes;
            } else {
                head += bytes;
            }
        }
        return new WeightSizes(Arrays.stream(layers).boxed().toList(), embedding, head);
    }
}
