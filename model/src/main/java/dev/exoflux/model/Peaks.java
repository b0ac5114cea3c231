package dev.exoflux.model;

/**
 * The highest of each block of consecutive logits: found in one pass, they spare later passes most blocks. Scratch of one
 * {@link Sampler}; not thread-safe.
 */
final class Peaks {

    static final int BLOCK = 128;

    private float[] peaks = new float[0];
    private float highest;

    /** Looks through {@code values}. */
    void scan(float[] values) {
        int blocks = (values.length + BLOCK - 1) / BLOCK;
        if (peaks.length != blocks) {
            peaks = new float[blocks];
        }
        float all = Float.NEGATIVE_INFINITY;
        for (int block = 0; block < blocks; block++) {
            float peak = peak(values, block * BLOCK, Math.min(values.length, (block + 1) * BLOCK));
            peaks[block] = peak;
            all = Math.max(all, peak);
        }
        highest = all;
    }

    private static float peak(float[] values, int from, int to) {
        float peak = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            peak = Math.max(peak, values[i]);
        }
        return peak;
    }

    /** The highest of all; NaN if any is NaN. */
    float highest() {
        return highest;
    }

    /** The lowest index of the highest of {@code values}, which were scanned last and hold no NaN. */
    int indexOfHighest(float[] values) {
        int i = 0;
        while (peaks[i / BLOCK] != highest) {
            i += BLOCK;
        }
        while (values[i] != highest) {
            i++;
        }
        return i;
    }

    /** The highest of each block, in order; read-only. */
    float[] ofBlocks() {
        return peaks;
    }
}
