package dev.exoflux.model;

/** Element type of stored or computed numbers. */
public enum DType {
    F32(4),
    F16(2),
    BF16(2),
    U32(4),
    U8(1),
    I64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
