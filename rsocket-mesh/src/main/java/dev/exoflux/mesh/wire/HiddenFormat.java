package dev.exoflux.mesh.wire;

/** How hidden states travel between peers. */
public enum HiddenFormat {
    /** As they are, four bytes an element: results are those of one peer alone, bit for bit. */
    F32(0, 4),
    /**
     * The upper half of an f32, rounded to nearest even: half the bytes for links that are slower than the stages, and results
     * that differ from those of one peer alone, though they are the same each time.
     */
    BF16(1, 2);

    private final int number;
    private final int bytes;

    HiddenFormat(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** What stands for it in a frame. */
    int number() {
        return number;
    }

    /** Bytes of an element. */
    int bytes() {
        return bytes;
    }
}
