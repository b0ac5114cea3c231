package dev.exoflux.kernels;

/** What one pass at a time computes in, kept by the backend from pass to pass. */
final class Workspace {

    private final Buffers buffers = new Buffers();
    private final Scratch scratch = new Scratch();

    Buffers buffers() {
        return buffers;
    }

    /** Of the thread that runs the pass. */
    Scratch scratch() {
        return scratch;
    }
}
