package dev.exoflux.pipeline.placement;

/**
 * What one decoder layer takes.
 *
 * @param bytes of its weights
 * @param activeBytes of them that a token reads: fewer than {@code bytes} where it visits only some experts
 * @param kvBytesPerToken that one position of one sequence takes in its KV cache
 */
public record LayerFootprint(long bytes, long activeBytes, long kvBytesPerToken) {

    public LayerFootprint {
        if (bytes < 0 || activeBytes < 0 || activeBytes > bytes || kvBytesPerToken < 0) {
            throw new IllegalArgumentException("a layer of %d bytes, %d of them active, %d bytes of cache a token"
                    .formatted(bytes, activeBytes, kvBytesPerToken));
        }
    }
}
