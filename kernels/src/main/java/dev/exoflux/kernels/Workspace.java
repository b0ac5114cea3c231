package dev.exoflux.kernels;

/** What one pass at a time computes in, kept by the backend from pass to pass. */
final class Workspace {

    private final Buffers buffers = new Buffers();
    private final Tensors tensors = new Tensors();
    private final Inputs inputs = new Inputs();
    private final Scratch scratch = new Scratch();
    private int[] integers = new int[0];

    Buffers buffers() {
        return buffers;
    }

    Tensors tensors() {
        return tensors;
    }

    /** The activations that are ready for matrices, of one tensor at a time. */
    Inputs inputs() {
        return inputs;
    }

    /** Of the thread that runs the pass. */
    Scratch scratch() {
        return scratch;
    }

    /** At least {@code length} ints for the activations that are ready at a time. */
    int[] integers(int length) {
        if (integers.length < length) {
            integers = new int[length];
        }
        return integers;
    }
}
