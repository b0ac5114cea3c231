package dev.exoflux.pipeline.placement;

import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.WeightSizes;
import java.util.Collections;
import java.util.List;

/**
 * What a model takes in memory and in traffic, as far as placing it goes: the card that the {@link Planner} reads.
 *
 * @param id the model's name
 * @param layers its decoder layers, in order
 * @param embeddingBytes of the table that the first stage holds
 * @param headBytes of the matrix that the last stage holds and reads for every token; with tied embeddings 0 or what the
 *     table takes in that use
 * @param tiedEmbeddings whether the head is the embedding table: then one peer alone holds it once, and two hold one each
 * @param hidden elements that travel from stage to stage for a token
 * @param heads query heads
 * @param kvHeads key/value heads
 * @param mlpWidth columns of the feed-forward part, of one expert where there are several
 */
public record ModelFootprint(
        String id,
        List<LayerFootprint> layers,
        long embeddingBytes,
        long headBytes,
        boolean tiedEmbeddings,
        int hidden,
        int heads,
        int kvHeads,
        int mlpWidth) {

    public ModelFootprint {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(id + " has no layers");
        }
        if (embeddingBytes < 0 || headBytes < 0 || hidden < 1 || heads < 1 || kvHeads < 1 || mlpWidth < 1) {
            throw new IllegalArgumentException(
                    "%s: embedding %d bytes, head %d bytes, %d hidden, %d heads, %d KV heads, %d wide"
                            .formatted(id, embeddingBytes, headBytes, hidden, heads, kvHeads, mlpWidth));
        }
    }

    /**
     * The footprint of a model on this machine's disk, exact to the byte.
     *
     * @param cacheElementBytes of a key or value in the cache: 2 for bf16, 4 for f32
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where a weight file is missing or damaged
     */
    public static ModelFootprint of(ModelDirectory model, int cacheElementBytes) {
        ModelConfig config = model.config();
        WeightSizes sizes = model.weightSizes();
        long cache = 2L * config.kvHeads() * config.headDim() * cacheElementBytes;
        return new ModelFootprint(
                model.id(),
                sizes.layerBytes().stream()
                        .map(bytes -> new LayerFootprint(bytes, bytes, cache))
                        .toList(),
                sizes.embeddingBytes(),
                config.tiedEmbeddings() ? 0 : sizes.headBytes(),
                config.tiedEmbeddings(),
                config.hiddenSize(),
                config.heads(),
                config.kvHeads(),
                config.intermediateSize());
    }

    /** {@code count} layers that are all alike. */
    public static List<LayerFootprint> alike(int count, LayerFootprint layer) {
        return Collections.nCopies(count, layer);
    }

    /** Bytes of all weights, each counted once. */
    public long weightBytes() {
        return layers.stream().mapToLong(LayerFootprint::bytes).sum()
                + embeddingBytes
                + (tiedEmbeddings ? 0 : headBytes);
    }

    /** Bytes of the matrix that turns hidden states into logits. */
    long headMatrixBytes() {
        return tiedEmbeddings && headBytes == 0 ? embeddingBytes : headBytes;
    }

    /** What a single peer that has all layers holds beside them. */
    long outerBytes() {
        return tiedEmbeddings ? Math.max(embeddingBytes, headBytes) : embeddingBytes + headBytes;
    }
}
