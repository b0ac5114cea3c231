package dev.exoflux.pipeline.placement.catalog;

import dev.exoflux.pipeline.placement.LayerFootprint;
import dev.exoflux.pipeline.placement.ModelFootprint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a well-known model, from the {@code config.json} that its makers published.
 *
 * @param id such as {@code llama-3.3-70b}
 * @param source where the figures stand
 * @param parameters that its makers count, without vision towers and heads for several tokens
 * @param layers decoder layers
 * @param mlpWidth of the feed-forward part where it is dense
 * @param context most positions it was made for
 * @param experts of each other layer; 0 for a dense model
 * @param expertsPerToken of them that a token visits
 * @param sharedExperts beside these, which every token visits
 * @param expertWidth columns of one expert
 * @param denseLayers that come first and have no experts
 * @param latent sizes of multi-head latent attention (DeepSeek-V2), null for grouped queries
 */
public record KnownModel(
        String id,
        String source,
        long parameters,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int mlpWidth,
        int vocabulary,
        boolean tiedEmbeddings,
        int context,
        int experts,
        int expertsPerToken,
        int sharedExperts,
        int expertWidth,
        int denseLayers,
        @Nullable Latent latent) {

    private static final int MATRICES = 3; // gate, up and down
    private static final int CACHE_ELEMENT_BYTES = 2; // bf16

    /** Ranks and widths of multi-head latent attention. */
    public record Latent(int query, int keyValue, int rope, int nope, int value) {}

    /**
     * What it takes with weights of that many bits, caches in bf16. Up to 8 bits, groups of 64 share a scale and an offset of
     * 16 bits each, which is half a bit a weight.
     */
    public ModelFootprint footprint(int bits) {
        List<LayerFootprint> each = new ArrayList<>();
        long cache = cacheElements() * CACHE_ELEMENT_BYTES;
        for (int layer = 0; layer < layers; layer++) {
            each.add(new LayerFootprint(
                    bytes(layerParameters(layer, experts), bits),
                    bytes(layerParameters(layer, expertsPerToken), bits),
                    cache));
        }
        long table = bytes((long) vocabulary * hidden, bits);
        return new ModelFootprint(
                id, each, table, tiedEmbeddings ? 0 : table, tiedEmbeddings, hidden, heads, kvHeads, splitWidth());
    }

    /** Weights by the formulas of its architecture; norms and biases, a ten-thousandth, are left out. */
    long countedParameters() {
        long sum = (long) vocabulary * hidden * (tiedEmbeddings ? 1 : 2);
        for (int layer = 0; layer < layers; layer++) {
            sum += layerParameters(layer, experts);
        }
        return sum;
    }

    /** Weights of a layer of whose experts so many count. */
    private long layerParameters(int layer, int counted) {
        if (experts == 0 || layer < denseLayers) {
            return attentionParameters() + (long) MATRICES * hidden * mlpWidth;
        }
        long router = (long) hidden * experts;
        return attentionParameters() + router + (long) (counted + sharedExperts) * MATRICES * hidden * expertWidth;
    }

    private long attentionParameters() {
        long h = hidden;
        if (latent == null) {
            return h * (heads + 2L * kvHeads) * headDim + (long) heads * headDim * h;
        }
        long query = h * latent.query + (long) latent.query * heads * (latent.nope + latent.rope);
        long keyValue =
                h * (latent.keyValue + latent.rope) + (long) latent.keyValue * heads * (latent.nope + latent.value);
        return query + keyValue + (long) heads * latent.value * h;
    }

    private long cacheElements() {
        return latent == null ? 2L * kvHeads * headDim : latent.keyValue + latent.rope;
    }

    private int splitWidth() {
        return experts == 0 ? mlpWidth : expertWidth;
    }

    private static long bytes(long parameters, int bits) {
        return bits <= 8 ? parameters * (2L * bits + 1) / 16 : parameters * bits / 8;
    }
}
