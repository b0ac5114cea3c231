package dev.exoflux.kernels;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of one pass at a time, used again from layer to layer and from pass to pass so that a steady decode makes none.
 * One that has ended rests for a while, so that whoever still uses it is told so.
 */
final class Tensors {

    /** More than a layer makes. */
    private static final int RESTING = 64;

    private final ArrayDeque<CpuTensor> free = new ArrayDeque<>();
    private final List<CpuTensor> used = new ArrayList<>();

    CpuTensor take(CpuOps<?> pass, float[] data, int at, int rows, int width) {
        CpuTensor tensor = free.size() > RESTING ? free.remove() : new CpuTensor();
        tensor.begin(pass, data, at, rows, width);
        used.add(tensor);
        return tensor;
    }

    /** Ends all but {@code kept}. */
    @SuppressWarnings("ReferenceEquality") // this one and no other
    void endAllBut(CpuTensor kept) {
        for (int i = 0; i < used.size(); i++) { // an iterator would be one more object for each layer
            CpuTensor tensor = used.get(i);
            if (tensor != kept) {
                tensor.end();
                free.add(tensor);
            }
        }
        used.clear();
        used.add(kept);
    }

    void endAll() {
        for (CpuTensor tensor : used) {
            tensor.end();
            free.add(tensor);
        }
        used.clear();
    }
}
