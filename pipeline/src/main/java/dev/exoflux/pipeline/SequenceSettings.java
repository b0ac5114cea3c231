package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import org.jspecify.annotations.Nullable;

/**
 * What every stage has to know of a sequence when it opens.
 *
 * @param sampling how the tail chooses tokens
 * @param promptLength tokens that are prompt: penalties on the answer count from there
 * @param capacity most positions the sequence can come to hold
 * @param prefix what it has in common with a sequence the stages hold, and so need not be computed; null if nothing
 */
public record SequenceSettings(
        SamplingSettings sampling,
        int promptLength,
        int capacity,
        @Nullable Prefix prefix) {

    /**
     * The beginning of another sequence. The entry names only what has come home computed, and retires that sequence only
     * after the span that says this; since messages stay in order, every stage still holds it.
     *
     * @param sequence its id
     * @param length positions in common; the first span starts there
     */
    public record Prefix(long sequence, int length) {}
}
