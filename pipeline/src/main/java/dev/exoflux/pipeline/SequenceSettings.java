package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;

/**
 * What every stage has to know of a sequence when it opens.
 *
 * @param sampling how the tail chooses tokens
 * @param promptLength tokens that are prompt: penalties on the answer count from there
 * @param capacity most positions the sequence can come to hold
 */
public record SequenceSettings(SamplingSettings sampling, int promptLength, int capacity) {}
