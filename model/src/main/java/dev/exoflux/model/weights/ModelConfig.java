package dev.exoflux.model.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * What {@code config.json} says of a decoder model, checked and with the defaults of its architecture filled in.
 *
 * @param intermediateSize width within the feed-forward part
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key/value heads; divides {@code heads}
 * @param headDim elements a head; even
 * @param vocabularySize rows of the embedding, and so the width of the logits
 * @param contextLength most positions the model was made for
 * @param tiedEmbeddings whether the head is the embedding matrix
 * @param attentionBias whether the attention's projections have biases, where the architecture leaves that open
 * @param mlpBias the same for the feed-forward part
 * @param windows of each layer: a query at position p sees positions {@code (p - window, p]}
 * @param eosIds tokens that end an answer
 * @param bosId token that begins a text
 * @param dtype what the weights were trained or saved in, as the file says it; empty where it does not
 */
public record ModelConfig(
        Architecture architecture,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        float rmsNormEpsilon,
        int vocabularySize,
        int contextLength,
        boolean tiedEmbeddings,
        boolean attentionBias,
        boolean mlpBias,
        List<Integer> windows,
        RopeSettings rope,
        List<Integer> eosIds,
        OptionalInt bosId,
        QuantizationSettings quantization,
        String dtype) {

    public ModelConfig {
        windows = List.copyOf(windows);
        eosIds = List.copyOf(eosIds);
    }

    /**
     * Reads a {@code config.json} in the form of any version of transformers, or of MLX.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where a field is missing or impossible, UNSUPPORTED for an
     *     architecture, quantisation or option that exoflux does not run
     */
    public static ModelConfig read(Path file) {
        return ModelConfigReader.read(file);
    }
}
