package dev.exoflux.model;

/**
 * Rotary position embedding (Su et al. 2021) in the half-split form of transformers: element {@code i} of a head is rotated
 * with element {@code i + dims/2} by the angle {@code position * frequencies[i]}.
 *
 * @param headDim elements a head; those from {@code 2 * frequencies.length} on pass unrotated
 * @param frequencies angle in radians per position, after any scaling the checkpoint asks for
 * @param magnitude factor on cosine and sine (1 unless a scaling method asks for another)
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by agreement, too hot to copy
public record Rope(int headDim, float[] frequencies, float magnitude) {}
