package dev.exoflux.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * The arrays behind the tensors of one pass at a time, handed out again from one pass to the next so that a steady decode
 * allocates none.
 */
@SuppressWarnings("ReferenceEquality") // two arrays with equal contents are still two
final class Buffers {

    /** How many times longer than asked for an array may be: those of a prompt are not to be taken for single tokens. */
    private static final int SLACK = 16;

    private static final int SHORT = 1024;

    private final List<float[]> free = new ArrayList<>();
    private final List<float[]> used = new ArrayList<>();

    /**
     * At least {@code length} floats, with what happens to be in them: the shortest free array that is long enough, or a new
     * one in the place of the longest that is not, so that batches of growing size do not pile up arrays.
     */
    float[] take(int length) {
        long most = (long) SLACK * Math.max(length, SHORT);
        int best = -1;
        int longest = -1;
        for (int i = 0; i < free.size(); i++) {
            int size = free.get(i).length;
            if (size >= length && size <= most && (best < 0 || size < free.get(best).length)) {
                best = i;
            }
            if (size < length && (longest < 0 || size > free.get(longest).length)) {
                longest = i;
            }
        }
        if (best < 0 && longest >= 0) {
            free.remove(longest);
        }
        float[] buffer = best < 0 ? new float[length] : free.remove(best);
        used.add(buffer);
        return buffer;
    }

    /** Takes back every array but {@code kept}. */
    void releaseAllBut(float[] kept) {
        for (int i = 0; i < used.size(); i++) { // an iterator would be one more object for each layer
            float[] buffer = used.get(i);
            if (buffer != kept) {
                free.add(buffer);
            }
        }
        used.clear();
        used.add(kept);
    }

    void releaseAll() {
        free.addAll(used);
        used.clear();
    }
}
