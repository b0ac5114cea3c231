package dev.exoflux.model.weights;

/**
 * What a model is, told without loading it: for lists, and for deciding what fits where.
 *
 * @param id its name, such as {@code org/name}
 * @param architecture as {@code config.json} names it
 * @param parameters weights it computes with, however they are packed
 * @param bytes of its weight files
 * @param quantization such as {@code 4-bit g64} or {@code bf16}
 * @param contextLength most positions it was made for
 * @param layers decoder layers
 * @param bytesPerLayer what the largest decoder layer takes on disk
 */
public record ModelCard(
        String id,
        String architecture,
        long parameters,
        long bytes,
        String quantization,
        int contextLength,
        int layers,
        long bytesPerLayer) {}
