package dev.exoflux.mesh.wire;

/** What else than the edges of rings peers ask each other for. */
public enum StreamKind {
    /** Answers in token ids, from the peer that has a model's batcher. */
    ANSWERS(2),
    /** Weights and the other files of models. */
    WEIGHTS(3),
    /** What the batchers of a peer are at. */
    BATCHERS(4);

    /** Stands before a request; an edge's begins with {@link EdgeRequest}'s version, 1. */
    private final int mark;

    StreamKind(int mark) {
        this.mark = mark;
    }

    int mark() {
        return mark;
    }
}
